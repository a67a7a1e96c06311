/** What the tests named hostile prove one by one, and the bench measures. */
export const times = (count, part, join = ' ') =>
  Array.from({ length: count }, (_, index) => (typeof part === 'string' ? part : part(index))).join(
    join,
  );

export const nest = (count, open, inside, close) =>
  open.repeat(count) + inside + close.repeat(count);

const fragments = (count, body) =>
  times(count, (index) => `fragment F${index} on User { ${body(index)} }`);

const spreads = (count, from = 0) => times(count, (index) => `...F${from + index}`);

/** Each up to 100 kB, and each the worst of its kind that is known. */
export const documents = {
  'a root field repeated': `{ ${times(4000, 'me')} }`,
  'a root field repeated in 2.5 kB': `{ ${times(1250, 'a')} }`,
  'a field repeated': `{ me { ${times(4900, 'id')} } }`,
  'a field repeated just below the budget': `{ me { ${times(240, 'id')} zzz } }`,
  'an unknown field repeated': `{ me { ${times(4900, 'x')} } }`,
  'fields with a selection repeated': `{ me { ${times(800, 'friends { id id id }')} } }`,
  'two of each field at every level': `{ me { ${nest(7, 'friends { id ', 'id', '} friends { id }')} zzz } }`,
  'branches that double at every level': `{ me { ${branch(7)} } }`,
  'conflicting arguments': `{ me { ${times(230, (i) => `friend(id: ${i}) { id }`)} } }`,
  'conflicting arguments under two fields': `{ me { friends { ${times(100, (i) => `friend(id: ${i}) { id }`)} } friends { ${times(100, (i) => `friend(id: ${-i - 1}) { id }`)} } } }`,
  'long arguments repeated': `{ me { ${times(40, `friend(ids: [${times(100, '1')}]) { id }`)} } }`,
  'one argument many times': `{ ping(${times(1600, 'text: "a"')}) }`,
  'one argument many times over many lines': `{ ping(${times(1600, 'text: "a"', '\n'.repeat(50))}) }`,
  'one input field many times': `{ nested(input: { ${times(1600, 'inner: null')} }) }`,
  'one variable many times': `query(${times(1200, '$a: Int')}) { ping(n: $a) }`,
  'many unused variables': `query(${times(1200, (i) => `$a${i}: Int`)}) { ping }`,
  'many undefined variables': `{ me { ${times(450, (i) => `friend(id: $a${i}) { id }`)} } }`,
  'fragments spread side by side': `{ me { ${spreads(90)} } } ${fragments(90, () => times(10, 'id name'))}`,
  'fragments spread in a chain': `{ me { ...F0 } } ${fragments(99, (i) => `${times(20, 'id')} ...F${i + 1}`)} ${'fragment F99 on User { id }'}`,
  'fragments that double each time': `{ me { ...F0 } } ${fragments(99, (i) => `...F${i + 1} ...F${i + 1}`)} fragment F99 on User { id }`,
  'fragments that nest and double': `{ me { ...F0 } } ${fragments(18, (i) => `a: friend { ...F${i + 1} } b: friend { ...F${i + 1} }`)} fragment F18 on User { id }`,
  'fragments in a circle': `{ me { ...F0 } } ${fragments(50, (i) => `...F${(i + 1) % 50}`)}`,
  'fragments that all spread all': `{ me { ...F0 } } ${fragments(40, () => spreads(40))}`,
  'fragments in a circle through fields': `{ me { ...F0 } } ${fragments(50, (i) => `friend { ...F${(i + 1) % 50} ...F${(i + 7) % 50} }`)}`,
  'unused fragments': `{ ping } ${fragments(100, () => times(40, 'id'))}`,
  'very many fragments': `{ ping } ${fragments(700, () => 'id')}`,
  'two fragments compared below many fields': `{ me { ${times(120, 'friends { id ...F0 }')} } } ${fragments(1, () => times(500, 'id'))}`,
  'operations that share a fragment of variables': `${times(150, (i) => `query Q${i}($a: ID) { me { ...F0 } }`)} ${fragments(1, () => times(200, 'friend(id: $a) { id }'))}`,
  'operations without end': times(600, (i) => `query Q${i} { me { zzz } }`),
  'operations with one name': times(900, 'query Q { ping }'),
  'anonymous operations': times(1600, '{ ping }'),
  'inline fragments in each other': `{ me { ${nest(800, '... { ', times(60, 'id'), '}')} } }`,
  'inline fragments side by side': `{ me { ${times(1200, '... { id }')} } }`,
  'deep selections': `{ me ${nest(1600, '{ friends ', '{ id }', '}')} }`,
  'deep selections far beyond the tokens': nest(30_000, '{a', '', '}'),
  'a deep list': `{ nested(input: ${nest(2400, '[', '', ']')}) }`,
  'a deep list beyond the tokens': `{ nested(input: ${nest(45_000, '[', '', ']')}) }`,
  'a deep object': `{ nested(input: ${nest(1200, '{inner:', 'null', '}')}) zzz }`,
  'a deep list type': `query($a: ${nest(2400, '[', 'Int', ']')}) { ping }`,
  'a deep unknown list type': `query($a: ${nest(2400, '[', 'Unknown', ']')}) { ping }`,
  'a long list': `{ me { friend(ids: [${times(4800, '1')}]) { zzz } } }`,
  'a long list of wrong values': `{ me { friend(ids: [${times(2400, '{}')}]) { id } } }`,
  'a long text': `{ ping(n: "${'x'.repeat(95_000)}") }`,
  'a long escaped text': `{ ping(n: "${'\\u0041'.repeat(16_000)}") }`,
  'a long block text': `{ ping(n: """${'\n  x'.repeat(24_000)}""") }`,
  'a long integer': `{ ping(n: ${'9'.repeat(95_000)}) }`,
  'a long float': `{ ping(n: 1.${'9'.repeat(95_000)}) }`,
  'a long name': `{ ${'x'.repeat(95_000)} }`,
  'long unknown names': `{ me { ${times(20, (i) => 'friend'.repeat(700) + i)} } }`,
  'long unknown arguments': `{ ping(${times(400, (i) => `${'text'.repeat(50)}${i}: 1`)}) }`,
  'many unknown fields': `{ me { ${times(4900, (i) => `emial${i}`)} } }`,
  'many unknown types': `{ me { ${times(800, (i) => `... on Usr${i} { id }`)} } }`,
  'many unknown directives': `{ ping ${times(40, (i) => `@d${i}`)} }`,
  'repeated directives': `{ ping ${times(2000, '@skip(if: false)')} }`,
  'comments only': '#\n'.repeat(50_000),
  'empty lines and five errors': `{ ${'\n'.repeat(95_000)} a b c d e f g }`,
  'empty lines and a syntax error': `{ ${'\n'.repeat(95_000)} ( }`,
  'empty lines in a block text and five errors': `{ ping(text: """${'\n'.repeat(95_000)}""") a b c d e f g }`,
  'type definitions': times(700, (i) => `type A${i} { a: Int }`),
  'one type many times': times(700, 'type A { a: Int }'),
  'subscriptions of many fields': `subscription { ${times(4000, (i) => `a${i}`)} }`,
  'introspection in circles': `{ __schema { types { ${nest(8, 'fields { type { ', 'name', '} }')} } } }`,
  commas: `{ ping ${','.repeat(95_000)} x }`,
};

function branch(levels) {
  const inner = levels === 0 ? 'id' : branch(levels - 1);
  return `friends { ${inner} } friends { ${inner} }`;
}

/** An input that is wrong, as JSON of up to 100 kB, and each the worst of its kind that is known. */
export const inputs = {
  'unknown fields': `{${times(7700, (i) => `"emai${i}":1`, ',')}}`,
  'unknown fields in a field': `{"email":{${times(7700, (i) => `"emai${i}":1`, ',')}}}`,
  'fields that are secrets': `{${times(4400, (i) => `"password${i}":"s${i}"`, ',')}}`,
  'lists in each other': nest(49_000, '[', '', ']'),
  'objects in each other': nest(9900, '{"email":', 'null', '}'),
  'a list': `[${times(49_000, '1', ',')}]`,
  'a list of objects': `[${times(33_000, '{}', ',')}]`,
  'a list of secrets': `{"email":[${times(4500, (i) => `{"password":"s${i}"}`, ',')}]}`,
  'a long text': `"${'x'.repeat(99_000)}"`,
  'a long escaped text': `"${'\\u0001'.repeat(16_500)}"`,
};

/** The body of a request with one of them. */
export const withInput = (input) =>
  `{"query":"mutation($i: LoginInput!) { login(input: $i) { accessToken } }","variables":{"i":${input}}}`;
