// use-files.ts — files that somebody chose or dropped: strategies become documents, and the last one is opened;
// recordings become the tape of the backtests, all of one drop together; anything else gets a sentence.
import { useCallback } from 'react';

import { tapeOf, useTape } from '../data/tapes';
import { useLibrary } from '../hooks/use-library';
import { useMessages } from '../i18n';
import { navigate } from '../lib/router';
import { showToast } from '../ui';
import { MOST_FILES } from './dropped';
import type { Given } from './dropped';
import { messages } from './messages';
import { takenFiles } from './taken';

const MOST_SAID = 4;

export function useFiles(): (files: readonly Given[]) => Promise<void> {
  const library = useLibrary();
  const { setTape } = useTape();
  const t = useMessages(messages);
  return useCallback(async (files) => {
    const { strategies, recordings, problems } = await takenFiles(files), said: string[] = [];
    let last: string | null = null;
    for (const { name, source } of strategies) {
      last = await library.create(source, name.replace(/^.*\/|(\.form|\.graph)?\.(odx|json)$/g, ''));
      said.push(t('imported', { name }));
    }
    if (last !== null) navigate({ page: 'document', id: last });
    if (recordings.length > 0) {
      const tape = tapeOf(recordings);
      setTape(tape);
      said.push(t('tape', { name: tape.name }));
    }
    const wrong = problems.map(({ name, problem }) => t(problem, { name, most: MOST_FILES })), left = wrong.length - MOST_SAID;
    if (said.length === 0 && wrong.length === 0) wrong.push(t('nothing'));
    showToast({ text: [...wrong.slice(0, MOST_SAID), ...(left > 0 ? [t('others', { count: left })] : []), ...said.slice(-2)].join(' '), stays: wrong.length > 0 });
  }, [library, setTape, t]);
}
