/** Bounds on one document. What exceeds one is answered `DOCUMENT_TOO_COMPLEX` before validation. */
export interface DocumentLimits {
  /** Lexical tokens; comments and commas are none. Default 5000. */
  readonly maxTokens: number;
  /** Levels of nested fields; fragments add none. Default 20. */
  readonly maxDepth: number;
  /** Aliased fields, with fragments spread. Default 30. */
  readonly maxAliases: number;
  /** Fields of the root type, with fragments spread. Default 20. */
  readonly maxRootFields: number;
  /** Directives, with fragments spread. Default 50. */
  readonly maxDirectives: number;
  /** Fragment definitions, and separately fragment spreads with fragments spread. Default 100. */
  readonly maxFragments: number;
  /** Levels of nested lists and objects in the variables, and in literals that stand for them. Default 32. */
  readonly maxVariableDepth: number;
}

export const defaultDocumentLimits: DocumentLimits = Object.freeze({
  maxTokens: 5000,
  maxDepth: 20,
  maxAliases: 30,
  maxRootFields: 20,
  maxDirectives: 50,
  maxFragments: 100,
  maxVariableDepth: 32,
});

/** Sessions in one answer: each names its user, who has sessions again, and lists in each other multiply. */
export const MAX_ROWS = 5000;

/** Which bound a document exceeds, as it stands in `extensions`. */
export interface Excess {
  readonly limit: keyof DocumentLimits;
  readonly allowed: number;
  /** How much there is; where counting stopped early, the least that it can be. */
  readonly count: number;
}
