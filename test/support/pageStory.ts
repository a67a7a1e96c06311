import type { Page } from 'playwright-core';

/** Follows what a page says and asks for. What is answered puts that, and what can be seen, behind an error's message. */
export function followed(page: Page): (error: unknown) => Promise<Error> {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  page.on('pageerror', (error) => lines.push(String(error)));
  page.on('framenavigated', (frame) => lines.push(`went to ${frame.url()}`));
  page.on('response', (response) => lines.push(`${response.status()} ${response.url()}`));
  page.on('requestfailed', (request) =>
    lines.push(`${request.failure()?.errorText} ${request.url()}`),
  );
  return async (error) => {
    const seen = await page
      .locator('body')
      .innerText({ timeout: 1000 })
      .catch(() => 'nothing');
    return new Error(`${String(error)}\nThe page shows:\n${seen}\n${lines.join('\n')}`);
  };
}
