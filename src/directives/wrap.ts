import {
  isAbstractType,
  isObjectType,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import type { AuthError } from '../errors.js';
import type { Log } from '../log.js';
import { isThenable } from '../outcome.js';
import { attach } from './attach.js';
import { awaitsTypes, checkedAhead } from './checkAhead.js';
import { asks, asksOf, isRootType, type CompiledSchema, type GuardedField } from './compile.js';
import { markGuarded } from './copies.js';
import { createHeldLists, hasNonNullItems, heldItems, holding } from './heldLists.js';
import type { FieldJudge } from './judge.js';
import { guardAbstractType } from './objectCheck.js';
import { withoutOmitted } from './omittedInputs.js';
import { hasPassed, notingPassed } from './passed.js';
import { bindPayload, contextAt } from './payload.js';
import { runPoliced, type PolicedField, type Resolver } from './policedField.js';
import type { PureReader } from './purePolicies.js';
import { aboutParentOf } from './standing.js';
import type { OnUnauthorized } from './staticPass.js';
import { noteBehind, noteBehindNothing } from './unguarded.js';
import type { UnclearVerdict, Verdict } from './execution.js';
import type { Verdicts } from './verdict.js';

export interface WrapOptions {
  readonly onUnauthorized: OnUnauthorized;
  readonly log: Log;
  readonly pureOf: PureReader;
}

/**
 * Puts the guards around the resolvers of a schema, in place: what is to be enforced, and nothing else, pays for
 * it. A resolver that is attached to a guarded field later is guarded as well.
 */
export function wrapSchema(
  compiled: CompiledSchema,
  verdicts: Verdicts,
  { onUnauthorized, log, pureOf }: WrapOptions,
): void {
  const { schema } = compiled;
  const belowCredentials = typesBelowCredentials(compiled);
  const isHeldList = createHeldLists(compiled);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && asksOf(compiled, schema.getPossibleTypes(type))) {
      guardAbstractType(type, verdicts);
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const definition of Object.values(type.getFields())) {
      const field = compiled.fields.get(`${type.name}.${definition.name}`) as GuardedField;
      const aboutParent = aboutParentOf(field, pureOf);
      const isHeld = isHeldList(field, definition.type);
      const isStrict = onUnauthorized === 'reject';
      const settings = { field, verdicts, isStrict, isHeld, isSource: false };
      const guard = (resolver: Resolver, isAround: boolean) => {
        const behind = field.isCredential ? binding(resolver) : resolver;
        const resolve = isAround ? notingPassed(field, behind) : behind;
        return noteBehind(markGuarded(guarded({ ...settings, resolve }), field.coordinate), {
          resolver,
          coordinate: field.coordinate,
          aboutParent,
        });
      };
      // A refused operation is refused at its root fields, whether they ask for anything or not.
      const isRefusedWithOthers =
        field.isMutation || (onUnauthorized === 'reject' && isRootType(schema, type));
      if (isRefusedWithOthers || asks(compiled, field)) {
        const isEvents = type === schema.getSubscriptionType();
        attach(type, definition, {
          resolve: guard,
          subscribe: isEvents
            ? (subscribe) =>
                guarded({ ...settings, resolve: subscribe, isSource: true, isHeld: false })
            : null,
        });
      } else if (isHeld || belowCredentials.has(type)) {
        // Without a resolver, too: the object may have a method of the field's name, which sees the context as well.
        const inContext = belowCredentials.has(type) ? inContextOfPayload : unchanged;
        const held = isHeld ? holding(verdicts) : unchanged;
        attach(type, definition, {
          resolve: (resolve) => held(inContext(resolve)),
          subscribe: null,
        });
      }
      warnOfFallingList(compiled, field, definition.type, log);
    }
  }
}

function warnOfFallingList(
  compiled: CompiledSchema,
  { coordinate, isAbstract, objects, aboutValue }: GuardedField,
  type: GraphQLOutputType,
  log: Log,
): void {
  const isLostSingly = isAbstract ? asksOf(compiled, objects) : aboutValue.length > 0;
  if (!isLostSingly || !hasNonNullItems(type)) return;
  log.warn(
    { coordinate },
    `A denied object in the list ${coordinate}: ${String(type)} takes the whole list with it, because its items are non-null. Make them nullable to lose only the denied ones.`,
  );
}

function typesBelowCredentials(compiled: CompiledSchema): ReadonlySet<GraphQLObjectType> {
  const found = new Set<GraphQLObjectType>();
  const add = ({ objects }: GuardedField): void => {
    for (const object of objects) {
      if (found.has(object)) continue;
      found.add(object);
      for (const name of Object.keys(object.getFields())) {
        add(compiled.fields.get(`${object.name}.${name}`) as GuardedField);
      }
    }
  };
  for (const field of compiled.fields.values()) if (field.isCredential) add(field);
  return found;
}

interface GuardedResolver extends PolicedField {
  readonly verdicts: Verdicts;
  readonly isStrict: boolean;
  /** It returns a list that a denial may take as a whole. */
  readonly isHeld: boolean;
}

type ResolverArguments = Parameters<Resolver>;

/** What its guards are asked about is what it gets. */
const givenWhatIsSupplied = (inputs: GuardedField['inputs'], resolve: Resolver): Resolver =>
  inputs === null
    ? resolve
    : (source, args, context, info) =>
        resolve(source, withoutOmitted(args, inputs, info), context, info);

function guarded(settings: GuardedResolver): Resolver {
  const { field, resolve, verdicts, isStrict, isHeld } = settings;

  const runUnclear = (verdict: UnclearVerdict, ...asked: ResolverArguments): unknown => {
    const [source, args, context, info] = asked;
    if (verdict.refusals.length > 0 && info.path.prev === undefined) throw refusalAt(verdict, info);
    const here = contextAt(context, info);
    const judge = verdict.judgeFor(here);
    const node = info.fieldNodes[0] as FieldNode;
    const decide = (): unknown => {
      const denial = isStrict
        ? strictDenial(judge, field, node, here === context)
        : judge.field(field, node);
      if (denial !== null) verdict.deny(denial);
      const run = looksAhead(settings, judge, info)
        ? { ...settings, resolve: checkingAhead(resolve, context) }
        : settings;
      const result = field.hasPolicies
        ? runPoliced(run, { judge, deny: verdict.deny, context }, [source, args, here, info])
        : run.resolve(source, args, here, info);
      return isHeld ? heldItems(result, info) : result;
    };
    const pending = judge.settle(field, node);
    return pending === null ? decide() : pending.then(decide);
  };

  const run = (verdict: Verdict, ...asked: ResolverArguments): unknown =>
    verdict.clear ? resolve(...asked) : runUnclear(verdict, ...asked);

  return givenWhatIsSupplied(field.inputs, (source, args, context, info) => {
    if (verdicts.isKnownClear(context, info) || hasPassed(field, source, args, context, info)) {
      return resolve(source, args, context, info);
    }
    const verdict = verdicts.of(context, info);
    return verdict instanceof Promise
      ? verdict.then((reached) => run(reached, source, args, context, info))
      : run(verdict, source, args, context, info);
  });
}

/** In the payload of a login nothing was judged before it ran: there the policies over objects are asked. */
const strictDenial = (
  judge: FieldJudge,
  field: GuardedField,
  node: FieldNode,
  isJudgedBefore: boolean,
): AuthError | null =>
  isJudgedBefore ? judge.fieldForEveryObject(field, node) : judge.fieldForEveryType(field, node);

/** Whether what comes has to be checked before the executor sees it; needless where every type may stand there. */
const looksAhead = (
  { field, isSource }: GuardedResolver,
  judge: FieldJudge,
  info: GraphQLResolveInfo,
): boolean =>
  field.isAbstract &&
  !isSource &&
  !awaitsTypes(info) &&
  !(info.schema === judge.compiled.schema && judge.meetsTypes(field));

/** With the context of the request: the check finds that of a payload by itself. */
const checkingAhead =
  (resolve: Resolver, context: unknown): Resolver =>
  (source, args, here, info) =>
    checkedAhead(resolve(source, args, here, info), context, info);

/** Its own denial, else the first one below it, else the first of all: then it stands at this field's path. */
function refusalAt({ refusals }: UnclearVerdict, { path }: GraphQLResolveInfo): Error {
  const here = refusals.find((refusal) => refusal.path?.[0] === path.key);
  if (here !== undefined) return here;
  return refusals[0]?.originalError as Error;
}

const binding =
  (resolve: Resolver): Resolver =>
  (source, args, context, info) => {
    const bind = (result: unknown): unknown => {
      bindPayload(context, info);
      return result;
    };
    const result = resolve(source, args, context, info);
    return isThenable(result) ? result.then(bind) : bind(result);
  };

const unchanged = (resolve: Resolver): Resolver => resolve;

const inContextOfPayload = (resolve: Resolver): Resolver =>
  noteBehindNothing(
    (source, args, context, info) => resolve(source, args, contextAt(context, info), info),
    resolve,
  );
