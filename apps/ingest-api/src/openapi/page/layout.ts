import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--card:#fff;--side:#f6f7f9;--text:#1b1f24;--soft:#59636e;--line:#dfe3e8;--link:#0b62c4;--code:#f1f3f6;--get:#0b62c4;--post:#1a7f4b;--put:#9a6200;--delete:#c2272d}
@media (prefers-color-scheme:dark){:root{--ground:#0f1216;--card:#151a20;--side:#12161b;--text:#e3e8ee;--soft:#98a3b0;--line:#2a313a;--link:#6cb0ff;--code:#1f262e;--get:#6cb0ff;--post:#58c98d;--put:#e0ad50;--delete:#ff8080}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
code{background:var(--code);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:6px;padding:.7rem .9rem;overflow-x:auto;line-height:1.45;margin:.3rem 0}
a code{color:inherit}
.layout{display:grid;grid-template-columns:15.5rem minmax(0,1fr);max-width:88rem;margin:0 auto}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.4rem 1rem 2rem 1.4rem;background:var(--side);border-right:1px solid var(--line);font-size:.88rem}
nav .title{font-weight:700;font-size:1.15rem;color:var(--text)}
nav .version{color:var(--soft)}
nav h2{font-size:.74rem;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:1.3rem 0 .25rem}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:flex;gap:.5rem;padding:.14rem .4rem;border-radius:4px;color:var(--text)}
nav li a:hover{background:var(--code);text-decoration:none}
nav .method{flex:none;width:2.6rem;text-align:right;padding:0;background:none;font-size:.66rem;line-height:1.9}
main{padding:1.6rem 2.2rem 5rem;min-width:0}
h1{font-size:1.9rem;margin:.2rem 0 .6rem}
h2{font-size:1.3rem;margin:2.6rem 0 .2rem;padding-top:.4rem}
h3{font-size:1rem;margin:0 0 .3rem;font-weight:600}
h4{font-size:.74rem;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:1rem 0 .25rem}
h4 .said,h4 .type{text-transform:none;letter-spacing:0;font-weight:400;font-size:.86rem}
.lead{color:var(--soft);max-width:62rem}
.lead li{margin:.25rem 0}
.card{border:1px solid var(--line);background:var(--card);border-radius:8px;padding:1rem 1.2rem 1.1rem;margin:1rem 0}
.card:target{border-color:var(--link);box-shadow:0 0 0 1px var(--link)}
.card p{margin:.2rem 0}
.card .summary{margin:.1rem 0 .3rem;font-weight:600}
.anchor{color:inherit}
.method{display:inline-block;text-transform:uppercase;font:700 .7rem/1.7 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.04em;color:var(--soft)}
.method.get{color:var(--get)}.method.post{color:var(--post)}.method.put{color:var(--put)}.method.delete{color:var(--delete)}
.card .method{border:1px solid currentColor;border-radius:4px;padding:0 .45rem}
code.path{background:none;padding:0;font-size:.95rem}
var{font-style:normal;color:var(--soft)}
.mark{font-size:.72rem;color:var(--soft);border:1px solid var(--line);border-radius:4px;padding:0 .35rem;font-weight:400}
.members{list-style:none;margin:.2rem 0;padding:0}
.members .members{margin:.1rem 0 .3rem .4rem;padding-left:.9rem;border-left:2px solid var(--line)}
.members>li{padding:.16rem 0}
.name{font-weight:600}
sup{color:var(--delete);font-weight:700;line-height:0}
.type,.place{color:var(--soft);font-size:.88rem}
.place{font-style:italic}
.said{font-size:.92rem}
.pattern{font-size:.76rem;color:var(--soft)}
table{border-collapse:collapse;width:100%}
th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;width:3.6rem}
td{padding:.3rem 0;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
.status{font-weight:700}.status.s2{color:var(--post)}.status.s4{color:var(--put)}.status.s5{color:var(--delete)}
.code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.8rem;margin-right:.5rem;white-space:nowrap;display:inline-block}
details{margin:.15rem 0}
summary{cursor:pointer;color:var(--link);font-size:.88rem;width:max-content}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:.4rem 0 0}
dt{color:var(--soft);font-size:.88rem}dd{margin:0}
@media (max-width:60rem){.layout{display:block}nav{position:static;height:auto;max-height:45vh;border-right:0;border-bottom:1px solid var(--line)}nav ul{columns:2}main{padding:1.2rem 1rem 4rem}}
@media (max-width:32rem){nav ul{columns:1}}
@media print{:root{--ground:#fff;--card:#fff;--text:#000;--soft:#444;--line:#bbb;--link:#000;--code:#f3f3f3;--get:#000;--post:#000;--put:#000;--delete:#000}body{font-size:10pt}nav{display:none}.layout{display:block}main{padding:0}.card{break-inside:auto}h3,h4{break-after:avoid}pre{white-space:pre-wrap}details::details-content{content-visibility:visible}}
`;

/** What a page may do: show its own style, and nothing else. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export interface Page {
  readonly title: string;
  readonly version: string;
  readonly nav: readonly Html[];
  readonly main: readonly Html[];
}

/** A whole page, without anything from elsewhere. */
export function page({ title, version, nav, main }: Page): string {
  const body = html`<div class="layout">
    <nav aria-label="Contents">
      <a class="title" href="/api/docs">Crossdock</a> <span class="version">${version}</span>
      <ul>
        <li><a href="/api/docs">API reference</a></li>
        <li><a href="/api/docs/errors">Error codes</a></li>
        <li><a href="/api/openapi.json">openapi.json</a></li>
      </ul>
      ${nav}
    </nav>
    <main>${main}</main>
  </div>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${html`${title}`.text}</title><style>${STYLE}</style></head>
<body>
${body.text}
</body>
</html>
`;
}

/** A part of the contents. */
export const navGroup = (title: string, items: readonly Html[]): Html =>
  html`<h2>${title}</h2>
    <ul>
      ${items.map((item) => html`<li>${item}</li>`)}
    </ul>`;
