import { listed } from '@crossdock/core';
import type { Lineage, LineageMember } from './lineage.ts';
import { shownState } from './render-story.ts';

/** A member as the API writes it. */
export interface LineageMemberView {
  readonly id: string;
  readonly kind: 'message' | 'delivery';
  readonly parent_id: string | null;
  readonly depth: number;
  readonly hops: number;
  readonly message: string;
  readonly origin: string | null;
  readonly mapping_id: string | null;
  readonly mapping: string | null;
  readonly state: string;
  readonly attempts: number | null;
  readonly created_at: string;
  readonly ended_at: string | null;
  /** What of its children is not part of this answer, and where it is. */
  readonly more: { readonly children: number; readonly next: string } | null;
}

/** A lineage as the API writes it: parents before their children, one branch after the other. */
export interface LineageView {
  readonly asked_for: string;
  readonly root_id: string;
  readonly summary: string;
  readonly truncated: boolean;
  readonly members: readonly LineageMemberView[];
}

/** @param path the route's address, for where to go on */
export function lineageView({ root, tree, truncated }: Lineage, asked: string, path: string): LineageView {
  const members = [...inOrder(tree)];
  return {
    asked_for: asked,
    root_id: root,
    summary: summaryOf(members, truncated),
    truncated,
    members: members.map((member) => memberView(member, path)),
  };
}

function* inOrder(member: LineageMember): Generator<LineageMember> {
  yield member;
  for (const child of member.children) yield* inOrder(child);
}

const stateOf = ({ state, running }: LineageMember): string => (running === undefined ? shownState(state.status) : 'running');
const iso = (ms: number): string => new Date(ms).toISOString();

function memberView(member: LineageMember, path: string): LineageMemberView {
  const { id, parent, depth, state, left, children } = member;
  const delivery = 'accepted' in state;
  const { hops, message } = delivery ? state.accepted : state.received;
  const last = children.at(-1);
  return {
    id,
    kind: delivery ? 'delivery' : 'message',
    parent_id: parent ?? null,
    depth,
    hops,
    message,
    origin: delivery ? null : state.received.origin,
    mapping_id: delivery ? state.accepted.mapping : null,
    mapping: delivery ? state.accepted.name : null,
    state: stateOf(member),
    attempts: delivery ? Math.max(state.attempts, member.running ?? 0) : null,
    created_at: iso(state.createdAt),
    ended_at: 'endedAt' in state ? iso(state.endedAt) : null,
    more: left === 0 ? null : { children: left, next: `${path}?from=${id}${last === undefined ? '' : `&after=${last.id}`}` },
  };
}

const MOST_STATES = 12;

/** `2 messages and 3 deliveries: 2 completed, 1 failing.` */
function summaryOf(members: readonly LineageMember[], truncated: boolean): string {
  const deliveries = members.filter(({ state }) => 'accepted' in state);
  const states = new Map<string, number>();
  for (const member of deliveries) states.set(stateOf(member), (states.get(stateOf(member)) ?? 0) + 1);
  const told = [...states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([state, n]) => `${n} ${state}`);
  const counted = `${number(members.length - deliveries.length, 'message', 'messages')} and ${number(deliveries.length, 'delivery', 'deliveries')}`;
  const how = told.length === 0 ? '' : `, of which ${listed(told, MOST_STATES, '')}`;
  return `${counted}${how}.${truncated ? ' There are more: each `more` says where.' : ''}`;
}

const number = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** The same as a tree for a terminal. */
export function lineageText({ tree }: Lineage, { asked_for: asked, summary }: LineageView, path: string): string {
  return `${[summary, '', ...treeLines(tree, asked, path, '', '')].join('\n')}\n`;
}

function treeLines(member: LineageMember, asked: string, path: string, first: string, rest: string): readonly string[] {
  const { children, state, id } = member;
  const view = memberView(member, path);
  const name = 'accepted' in state ? state.accepted.name : state.received.message;
  const tries = view.attempts !== null && view.attempts > 1 ? `, ${view.attempts} attempts` : '';
  const more = view.more === null ? [] : [`${rest}└─ ${view.more.children} more: ${view.more.next}`];
  return [
    `${first}${name}  ${id}  ${view.state}${tries}${id === asked ? '  (asked for)' : ''}`,
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1 && more.length === 0;
      return treeLines(child, asked, path, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
    }),
    ...more,
  ];
}
