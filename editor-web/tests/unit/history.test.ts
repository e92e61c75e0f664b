// Histories of two tabs that meet: nothing of either is dropped, and nothing is there twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { knows, newHistory, pushed, redone, rejoined, takenOver, undone } from '@/shared/document/history';
import type { History } from '@/shared/document/history';
import { newSnapshot } from '@/shared/document/snapshot';

const state = (source: string) => newSnapshot({ notation: 'text', source });
const step = (history: History, source: string) => pushed(history, state(source), { label: source }, 0);
const line = (...sources: string[]): History => sources.slice(1).reduce(step, newHistory(state(sources[0] ?? '')));
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `s${from + at}`);
/** What another tab finds in the store. */
const stored = ({ past, present, future }: History, steps = 100) => newHistory(present, past.slice(-steps), future.slice(0, steps));
const shown = ({ past, present, future }: History) => [past.map(({ snapshot }) => snapshot.master.source), present.master.source, future.map(({ snapshot }) => snapshot.master.source)];
const times = (count: number, act: (history: History) => History, history: History): History => (count === 0 ? history : times(count - 1, act, act(history)));

describe('both wrote on', () => {
  it.each<[string, History, History, string[]]>([
    ['from one state', line('a', 'mine'), line('a', 'theirs'), ['a', 'theirs']],
    ['each some steps', line('a', 'b', 'c', 'mine'), line('a', 'b', 'x', 'y'), ['a', 'b', 'c', 'x', 'y']],
    ['over more steps than are stored', line(...many(0, 150), 'mine'), stored(line(...many(0, 150), 'theirs')), [...many(0, 150), 'theirs']],
    ['the other one had fewer in memory', line(...many(0, 150), 'mine'), stored(line(...many(60, 150), 'x', 'theirs')), [...many(0, 150), 'x', 'theirs']],
    ['this one had fewer in memory', line(...many(120, 150), 'mine'), stored(line(...many(0, 150), 'x', 'theirs')), [...many(51, 150), 'x', 'theirs']],
    ['the other one had undone some', line('a', 'mine'), times(2, undone, line('a', 'b', 'c', 'd')), ['a', 'd', 'c', 'b']],
    ['the other one had gone back behind where they parted', line('a', 'b', 'mine'), times(2, undone, line('a', 'b', 'c')), ['a', 'b', 'c']],
    ['on and off before they parted', line('a', 'b', 'a', 'b', 'a', 'mine'), line('a', 'b', 'a', 'x'), ['a', 'b', 'a', 'b', 'a', 'x']],
    ['there and back', line('a', 'mine'), line('a', 'b', 'a', 'c'), ['a', 'b', 'a', 'c']],
    ['nothing in common', line('a', 'mine'), line('x', 'y'), ['a', 'x', 'y']],
    ['they only went back', line('a', 'b', 'mine'), undone(line('a', 'b')), ['a', 'b']],
    ['both the same', line('a', 'b', 'same'), line('a', 'x', 'same'), ['a', 'b', 'x']],
  ])('%s', (_, mine, theirs, past) => {
    expect(shown(rejoined(mine, theirs, () => 'elsewhere'))).toEqual([past, mine.present.master.source, []]);
  });
  it('what was undone here can be redone', () => {
    expect(shown(redone(rejoined(undone(line('a', 'mine', 'undone')), line('a', 'theirs'), () => '')))).toEqual([['a', 'theirs', 'mine'], 'undone', []]);
  });
});

it.each<[string, History, number]>([['wrote on', line('a', 'b', 'c'), 1], ['only went back', undone(line('a', 'b')), 0], ['wrote the same', line('a', 'b', 'mine'), 0]])('what the other did is told of where it %s', (_, theirs, times) => {
  let told = 0;
  const { past } = rejoined(line('a', 'b', 'mine'), theirs, () => { told++; return 'elsewhere'; });
  expect([told, past.filter(({ label }) => label === 'elsewhere').length]).toEqual([times, times]);
});

it('whatever two did since they parted, undo or redo goes to all of it', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }), back = fc.nat(3);
  const of = (history: History) => [...history.past, ...history.future].map(({ snapshot }) => snapshot).concat(history.present);
  fc.assert(fc.property(words, words, words, back, back, fc.nat(4), (both, ours, others, ourBack, theirBack, kept) => {
    const common = line(...both), [mine, theirs] = [times(ourBack, undone, ours.reduce(step, common)), times(theirBack, undone, others.reduce(step, stored(common, kept)))];
    const joined = rejoined(mine, theirs, () => '');
    for (const each of [...of(mine), ...of(theirs)]) expect(knows(joined, each)).toBe(true);
    expect(joined.present).toBe(mine.present);
  }));
});

describe('only the other one wrote on', () => {
  it.each<[string, History, History, string[]]>([
    ['from one state', line('a'), line('a', 'b'), ['a']],
    ['more steps than are stored: the older ones are those of here', line(...many(0, 150)), stored(line(...many(0, 150), 'x')), many(0, 150)],
    ['as many steps as are stored', line(...many(0, 150)), stored(line(...many(0, 250))), many(0, 249)],
    ['more steps since than are stored', line('a', 'b'), stored(line('a', 'b', ...many(0, 200))), ['a', 'b', ...many(99, 199)]],
    ['they only went back', line(...many(0, 150)), times(100, undone, stored(line(...many(0, 150)))), many(0, 49)],
    ['they have older ones', line('b', 'c'), line('a', 'b', 'c', 'd'), ['a', 'b', 'c']],
  ])('%s', (_, mine, theirs, past) => {
    const { past: steps, ...now } = takenOver(mine, theirs);
    expect(steps.map(({ snapshot }) => snapshot.master.source)).toEqual(past);
    expect(now).toEqual({ present: theirs.present, future: theirs.future, last: null });
  });
});

it('knows where undo and redo go to', () => {
  const history = undone(line('a', 'b', 'c'));
  expect(['a', 'b', 'c', 'd'].map((source) => knows(history, state(source)))).toEqual([true, true, true, false]);
});
