/** Addresses that the page of the explorer needs, as a browser asks for them. */
export interface ExplorerConfig {
  readonly endpoint: string;
  readonly script: string;
  readonly style: string;
  readonly graphiql: { readonly script: string; readonly style: string };
  readonly workers: Readonly<Record<string, string>>;
}

const operations = `# 1. Log in (the variables are below).
mutation Login($input: LoginInput!) {
  login(input: $input) {
    accessToken
    accessTokenExpiresIn
    refreshToken
    user {
      id
      email
    }
  }
}

# 2. With the accessToken in the headers, who am I?
query Me {
  me {
    id
    email
    roles
    scopes
  }
}
`;

const prefilled = {
  document: operations,
  variables: { input: { email: 'you@example.com', password: 'your password' } },
  headers: { Authorization: 'Bearer paste-the-access-token-here' },
};

/** The page of the explorer. It holds no script of its own, so that its policy can forbid any. */
export function page({ endpoint, script, style, graphiql, workers }: ExplorerConfig): string {
  const config = { endpoint, graphiql, workers, ...prefilled };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Gatehouse explorer</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${style}" />
    <script type="application/json" id="config">${inScript(config)}</script>
    <script type="module" src="${script}"></script>
  </head>
  <body>
    <header id="bar">
      <strong>Gatehouse</strong>
      <ol>
        <li>Run <code>Login</code></li>
        <li>Paste the <code>accessToken</code> into the <code>Authorization</code> header</li>
        <li>Run <code>Me</code></li>
      </ol>
      <span id="notice" role="status"></span>
      <button id="switch" type="button" hidden>Use GraphiQL instead</button>
    </header>
    <main id="stage"></main>
  </body>
</html>
`;
}

/** Shown where the server runs from source and nobody has built the files. */
export const missingPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Gatehouse explorer</title>
  </head>
  <body>
    <h1>The explorer is not built</h1>
    <p>Its files are made once by this command, in the folder of Gatehouse:</p>
    <pre>npm run build</pre>
    <p>Then load this page again. The endpoint itself answers GraphQL requests already.</p>
  </body>
</html>
`;

/** JSON that cannot end the script element which it stands in. */
const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
