import type { Command } from 'commander';
import { addCommand, portOption } from '../program.ts';

/** `cx token`. */
export function register(program: Command): void {
  addCommand(program, 'token <name>', 'print a token that lets you call one function', [
    'curl -H "Authorization: Bearer $(npm run -s cx -- token weather)" -d @request.json http://localhost:8080/weather',
  ])
    .addOption(portOption('where the function is on this machine'))
    .option('--url <url>', 'what to call (default: the function on this machine)')
    .action(async (name: string, { port, url }: { readonly port: number; readonly url?: string }) => {
      const { requireFunction } = await import('../local/load.ts');
      const { FUNCTIONS } = await import('../local/paths.ts');
      const { openLocalIssuer } = await import('../local/tokens.ts');
      const { audienceOf, parseUrl, urlOf } = await import('../local/address.ts');
      if (!url) await requireFunction(FUNCTIONS, name);
      const audience = audienceOf(parseUrl(url ?? urlOf(name, port)));
      process.stdout.write(`${openLocalIssuer().token({ audience })}\n`);
    });
}
