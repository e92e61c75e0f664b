// use-files.ts — files that somebody chose or dropped: a strategy becomes a document and is opened, a recording
// becomes the tape of the backtests; anything else gets a sentence.
import { useCallback } from 'react';

import { LARGEST_TAPE, recognisedTape, useTape } from '../data/tapes';
import { importedFile } from '../document';
import { useLibrary } from '../hooks/use-library';
import { useMessages } from '../i18n';
import { navigate } from '../lib/router';
import { showToast } from '../ui';
import { messages } from './messages';

/** A file as it is, or what a gzip file holds; null if that is damaged. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch {
    return null;
  }
}

export function useFiles(): (files: Iterable<File>) => Promise<void> {
  const library = useLibrary();
  const { setTape } = useTape();
  const t = useMessages(messages);
  const take = useCallback(async (file: File) => {
    const { name } = file;
    if (file.size > LARGEST_TAPE) return showToast({ text: t('tape-too-large', { name }), stays: true });
    const bytes = await unpacked(new Uint8Array(await file.arrayBuffer()));
    if (bytes === null) return showToast({ text: t('damaged', { name }), stays: true });
    if (bytes.byteLength > LARGEST_TAPE) return showToast({ text: t('tape-too-large', { name }), stays: true });
    const recording = recognisedTape(name, bytes);
    if ('tape' in recording) {
      setTape(recording.tape);
      return showToast({ text: t('tape', { name }) });
    }
    const strategy = importedFile(name, bytes);
    if ('problem' in strategy) return showToast({ text: t(strategy.problem, { name }), stays: true });
    const id = await library.create(strategy.source, name.replace(/(\.form|\.graph)?\.(odx|json)$/, ''));
    navigate({ page: 'document', id });
    return showToast({ text: t('imported', { name }) });
  }, [library, setTape, t]);
  return useCallback(async (files) => {
    for (const file of files) await take(file);
  }, [take]);
}
