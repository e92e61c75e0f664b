// use-files.ts — files that somebody chose or dropped: strategies become documents, and the last one is opened;
// recordings become the tape of the backtests, all of one drop together; anything else gets a sentence.
import { useCallback } from 'react';

import { LARGEST_TAPE, tapeOf, tapeProblem, useTape } from '../data/tapes';
import type { TapeFile } from '../data/tapes';
import { importedFile } from '../document';
import type { FileProblem, Source } from '../document';
import { useLibrary } from '../hooks/use-library';
import { useMessages } from '../i18n';
import { navigate } from '../lib/router';
import { showToast } from '../ui';
import type { NamedFile } from './dropped';
import { messages } from './messages';
import { unpacked } from './unpacked';

type Taken = { readonly recording: TapeFile } | { readonly name: string; readonly source: Source } | { readonly name: string; readonly problem: FileProblem | 'damaged' | 'tape-too-large' | 'unreadable' };

async function takenFile({ name, file }: NamedFile): Promise<Taken> {
  if (file.size > LARGEST_TAPE) return { name, problem: 'tape-too-large' };
  let packed: Uint8Array<ArrayBuffer>;
  try {
    packed = new Uint8Array(await file.arrayBuffer());
  } catch {
    return { name, problem: 'unreadable' };
  }
  const bytes = await unpacked(packed, LARGEST_TAPE);
  if (typeof bytes === 'string') return { name, problem: bytes };
  if (tapeProblem(bytes) === null) return { recording: { name: name.replace(/\.gz$/, ''), bytes } };
  const strategy = importedFile(name, bytes);
  return 'problem' in strategy ? { name, problem: strategy.problem } : { name, source: strategy.source };
}

export function useFiles(): (files: readonly NamedFile[]) => Promise<void> {
  const library = useLibrary();
  const { setTape } = useTape();
  const t = useMessages(messages);
  return useCallback(async (files) => {
    const recordings: TapeFile[] = [], said: string[] = [], wrong: string[] = [];
    let size = 0;
    for (const each of files) {
      const taken = await takenFile(each);
      if ('recording' in taken) {
        size += taken.recording.bytes.byteLength;
        if (size > LARGEST_TAPE) wrong.push(t('tape-too-large', { name: taken.recording.name }));
        else recordings.push(taken.recording);
      } else if ('problem' in taken) {
        if (!each.isInFolder) wrong.push(t(taken.problem, { name: taken.name })); // a folder of recordings has other things, too
      } else {
        navigate({ page: 'document', id: await library.create(taken.source, taken.name.replace(/^.*\/|(\.form|\.graph)?\.(odx|json)$/g, '')) });
        said.push(t('imported', { name: taken.name }));
      }
    }
    if (recordings.length > 0) {
      const tape = tapeOf(recordings);
      setTape(tape);
      said.push(t('tape', { name: tape.name }));
    }
    if (files.length === 0 || (said.length === 0 && wrong.length === 0)) wrong.push(t('nothing'));
    const most = 4, left = wrong.length - most;
    showToast({ text: [...wrong.slice(0, most), ...(left > 0 ? [t('others', { count: left })] : []), ...said.slice(-2)].join(' '), stays: wrong.length > 0 });
  }, [library, setTape, t]);
}
