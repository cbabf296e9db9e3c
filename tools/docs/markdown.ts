import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from '../testing/workspace.ts';

/** README.md and everything in docs/, by their paths from the root. */
export const documents: ReadonlyMap<string, string> = new Map(
  [
    'README.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => posix.join('docs', file.replaceAll('\\', '/'))),
  ]
    .filter((file) => file.endsWith('.md'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);

/** The text without blocks of code. */
export const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '');

/** The anchors of a document's headings, as they are made where repositories are shown. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    let unique = anchor;
    for (let again = 1; anchors.has(unique); again += 1) unique = `${anchor}-${again}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Links that lead nowhere, as `from → target`. Addresses of the web are not asked. */
export function deadLinks(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files].flatMap(([from, text]) =>
    [
      ...withoutBlocks(text)
        .replaceAll(/`[^`\n]*`/g, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !leads(from, target, files))
      .map((target) => `${from} → ${target}`),
  );
}

function leads(from: string, target: string, files: ReadonlyMap<string, string>): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : posix.normalize(posix.join(dirname(from), path));
  if (file.startsWith('..') || !existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(files.get(file) ?? '').has(anchor);
}
