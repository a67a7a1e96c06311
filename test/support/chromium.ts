import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is on this machine: `CHROMIUM_PATH`, or the usual places. Null where there is none. */
export const chromiumPath: string | null =
  process.env['CHROMIUM_PATH'] ?? places.find((path) => existsSync(path)) ?? null;

export interface Browser {
  readonly context: BrowserContext;
  /** The process that runs the page's scripts. Only on Linux. */
  rendererOf(page: Page): Promise<number>;
  close(): Promise<void>;
}

/** A headless Chromium with a profile of its own, which is deleted when it is closed. */
export async function openChromium(): Promise<Browser> {
  if (chromiumPath === null) {
    throw new Error(
      'There is no Chromium. Install it (apt-get install chromium) or set CHROMIUM_PATH.',
    );
  }
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.setDefaultTimeout(60_000);
  return {
    context,
    async rendererOf(page) {
      const before = renderersOf(profile);
      await page.evaluate('for (const end = performance.now() + 300; performance.now() < end; );');
      const [busiest] = [...renderersOf(profile)]
        .map(([pid, time]) => [pid, time - (before.get(pid) ?? 0)] as const)
        .sort(([, one], [, other]) => other - one);
      if (busiest === undefined) throw new Error('No process of Chromium runs pages.');
      return busiest[0];
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Their processes, and the ticks for which each has had a processor. */
function renderersOf(profile: string): Map<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !command.includes(profile)) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      found.set(Number(pid), Number(fields[11]) + Number(fields[12]));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
