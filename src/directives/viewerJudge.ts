import { createAttachments } from '../attachments.js';
import type { AuthError } from '../errors.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { recheck } from '../recheck.js';
import type { Credential, Viewer, ViewerContext } from '../viewer.js';
import type { PolicyDesk } from './askPolicy.js';
import { PolicyAnswers, type OpenGroups } from './policyAnswers.js';
import {
  denialOf,
  isPolicyRequirement,
  type PolicyGroups,
  type PolicyRequirement,
  type Requirement,
  type Unmet,
} from './requirement.js';

/** A requirement that only an object can decide, with what the request has left open of it. */
export interface OpenRequirement {
  readonly requirement: PolicyRequirement;
  readonly groups: PolicyGroups;
  readonly coordinate: string;
}

/** Answers requirements for one viewer. Each is evaluated once, however often it is asked. */
export class ViewerJudge {
  readonly #viewer: Viewer | null;
  readonly #context: ViewerContext;
  readonly #desk: PolicyDesk;
  #policies: PolicyAnswers | undefined;
  readonly #grants = new Map<string, Unmet | null>();
  readonly #settled = new Map<string, OpenGroups>();

  constructor(
    readonly credential: Credential,
    context: ViewerContext,
    desk: PolicyDesk,
  ) {
    this.#viewer = credential.kind === 'valid' ? credential.viewer : null;
    this.#context = context;
    this.#desk = desk;
  }

  get policies(): PolicyAnswers {
    return (this.#policies ??= new PolicyAnswers(this.#desk, this.#viewer, this.#context));
  }

  /**
   * Asks the request policies of these requirements, unless a grant that is missing decides already. Null when all
   * have answered; to be called, and waited for, before any other question about requirements with policies.
   */
  settle(requirements: readonly Requirement[]): Promise<unknown> | null {
    if (this.lacksGrants(requirements)) return null;
    let pending: Promise<unknown>[] | null = null;
    for (const requirement of requirements) {
      if (!isPolicyRequirement(requirement) || this.#settled.has(requirement.key)) continue;
      const settling = andThen(this.policies.settle(requirement.policies), () => {
        this.#settled.set(requirement.key, this.policies.open(requirement.policies));
      });
      if (settling instanceof Promise) (pending ??= []).push(settling);
    }
    return pending === null ? null : Promise.all(pending);
  }

  /** Whether the viewer holds too little, whatever policies say. */
  lacksGrants(requirements: readonly Requirement[]): boolean {
    return requirements.some(
      (requirement) => !isPolicyRequirement(requirement) && this.#unmet(requirement) !== null,
    );
  }

  /** The error of the first requirement that is not met; null when all are, as far as there is no object to ask about. */
  denial(requirements: readonly Requirement[], coordinate: string): AuthError | null {
    return this.#denial(requirements, coordinate, false);
  }

  /** The same, with policies over objects denying. */
  strictDenial(requirements: readonly Requirement[], coordinate: string): AuthError | null {
    return this.#denial(requirements, coordinate, true);
  }

  /** Whether all are met, whatever the objects. */
  meets(requirements: readonly Requirement[]): boolean {
    return requirements.every((requirement) =>
      isPolicyRequirement(requirement)
        ? this.#open(requirement) === 'met'
        : this.#unmet(requirement) === null,
    );
  }

  /** Whether none is unmet, as far as there is no object to ask about. */
  mayMeet(requirements: readonly Requirement[]): boolean {
    return requirements.every((requirement) =>
      isPolicyRequirement(requirement)
        ? this.#open(requirement) !== 'unmet'
        : this.#unmet(requirement) === null,
    );
  }

  /** Those which only an object can decide. */
  open(requirements: readonly Requirement[], coordinate: string): OpenRequirement[] {
    return requirements.filter(isPolicyRequirement).flatMap((requirement) => {
      const groups = this.#open(requirement);
      return typeof groups === 'string' ? [] : [{ requirement, groups, coordinate }];
    });
  }

  /** The error of a policy requirement that is not met. */
  refuse(
    requirement: PolicyRequirement,
    missing: readonly string[],
    coordinate: string,
  ): AuthError {
    const unmet: Unmet = { reason: 'POLICY_DENIED', required: requirement.policies, missing };
    return denialOf(this.credential, requirement, unmet, coordinate);
  }

  #denial(
    requirements: readonly Requirement[],
    coordinate: string,
    objectsDeny: boolean,
  ): AuthError | null {
    for (const requirement of requirements) {
      if (!isPolicyRequirement(requirement)) {
        const unmet = this.#unmet(requirement);
        if (unmet !== null) return denialOf(this.credential, requirement, unmet, coordinate);
        continue;
      }
      const groups = this.#open(requirement);
      if (groups === 'unmet') {
        return this.refuse(requirement, this.#missing(requirement.policies), coordinate);
      }
      if (objectsDeny && groups !== 'met') {
        return this.refuse(requirement, shortest(groups), coordinate);
      }
    }
    return null;
  }

  #unmet(requirement: Exclude<Requirement, PolicyRequirement>): Unmet | null {
    let answer = this.#grants.get(requirement.key);
    if (answer === undefined) {
      answer = requirement.unmet(this.#viewer);
      this.#grants.set(requirement.key, answer);
    }
    return answer;
  }

  #open({ key, policies }: PolicyRequirement): OpenGroups {
    // One that was not settled is not remembered: what nobody has asked counts as denied just here.
    return this.#settled.get(key) ?? this.policies.open(policies);
  }

  #missing(groups: PolicyGroups): readonly string[] {
    return shortest(
      groups.map((group) => {
        const denied = group.filter((name) => this.policies.denies(name));
        return denied.length > 0 ? denied : group;
      }),
    );
  }
}

const shortest = (groups: PolicyGroups): readonly string[] =>
  groups.reduce((least, group) => (group.length < least.length ? group : least));

/** Makes judges of contexts, one for each viewer of a request. They throw where the context is not ours. */
export interface Judges {
  readonly of: (context: unknown) => ViewerJudge;
  /**
   * One that has asked nothing yet: for an event of a subscription, whose context is older than it, and whose session
   * may have ended since.
   */
  anew(context: unknown): MaybePromise<ViewerJudge>;
}

export function createJudges(desk: PolicyDesk): Judges {
  const judges = createAttachments<ViewerContext, ViewerJudge>();
  return {
    anew(context) {
      assertViewerContext(context);
      return andThen(
        recheck(context.credential),
        (credential) => new ViewerJudge(credential, context, desk),
      );
    },
    of(context) {
      assertViewerContext(context);
      const known = judges.get(context);
      // A context that lives longer than a request (a socket's) may change its credential.
      if (known?.credential === context.credential) return known;
      const judge = new ViewerJudge(context.credential, context, desk);
      judges.set(context, judge);
      return judge;
    },
  };
}

function assertViewerContext(context: unknown): asserts context is ViewerContext {
  const credential =
    typeof context === 'object' && context !== null
      ? (context as Partial<ViewerContext>).credential
      : undefined;
  if (credential !== undefined) return;
  throw new Error(
    'A guarded field was selected, but the GraphQL context has no `credential`. Build the context with auth.context(): context: ({ req }) => auth.context(req), or spread its result into yours.',
  );
}
