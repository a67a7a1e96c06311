// Shows Apollo Sandbox where it can be loaded, and GraphiQL from this server where it cannot.
const SANDBOX =
  'https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js';
const SANDBOX_ORIGIN = 'https://sandbox.embed.apollographql.com';
/** A network that drops packets reports no error: so long the script and then the frame are waited for. */
const PATIENCE = 4000;

const config = JSON.parse(document.getElementById('config').textContent);
config.endpoint = new URL(config.endpoint, location.href).href;
const stage = document.getElementById('stage');
const notice = document.getElementById('notice');
const button = document.getElementById('switch');
let shown = 'nothing';

function after(milliseconds, promise) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('It took too long.')), milliseconds);
  });
  return Promise.race([promise, late]);
}

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = src;
    script.onload = resolve;
    script.onerror = () => reject(new Error('It could not be loaded.'));
    document.head.append(script);
  });
}

function frameSpeaks() {
  return new Promise((resolve) => {
    addEventListener('message', ({ origin }) => {
      if (origin === SANDBOX_ORIGIN) resolve();
    });
  });
}

async function showSandbox() {
  await after(PATIENCE, loadScript(SANDBOX));
  if (shown !== 'nothing') return;
  const spoke = frameSpeaks();
  new window.EmbeddedSandbox({
    target: '#stage',
    initialEndpoint: config.endpoint,
    endpointIsEditable: false,
    hideCookieToggle: false,
    runTelemetry: false,
    initialState: {
      document: config.document,
      variables: config.variables,
      headers: config.headers,
      includeCookies: true,
      pollForSchemaUpdates: false,
    },
  });
  await after(PATIENCE * 2, spoke);
  if (shown !== 'nothing') return;
  shown = 'sandbox';
  button.hidden = false;
  document.documentElement.dataset.explorer = shown;
}

async function showGraphiql(why) {
  if (shown === 'graphiql') return;
  shown = 'graphiql';
  button.hidden = true;
  notice.textContent = why;
  stage.replaceChildren();
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = config.graphiql.style;
  document.head.append(style);
  const { mount } = await import(config.graphiql.script);
  mount(stage, config);
  document.documentElement.dataset.explorer = shown;
}

button.addEventListener('click', () => showGraphiql('GraphiQL'));
showSandbox().catch(() =>
  showGraphiql('GraphiQL, because Apollo Sandbox could not be reached from here'),
);
