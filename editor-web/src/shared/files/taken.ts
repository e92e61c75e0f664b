// taken.ts — what files are: strategies, recordings of ticks, or nothing of use.
//
// In: files. Out: what each is. Promise: no more bytes of recordings than the page can hold; nothing is thrown.
import { LARGEST_TAPE, tapeProblem } from '../data/tapes';
import type { TapeFile } from '../data/tapes';
import { importedFile } from '../document';
import type { FileProblem, Source } from '../document';
import type { Given, NamedFile, NoFile } from './dropped';
import { unpacked } from './unpacked';

export interface Problem { readonly name: string; readonly problem: FileProblem | NoFile['problem'] | 'damaged' | 'tape-too-large' | 'too-large-together' }
interface Strategy { readonly name: string; readonly source: Source }
export interface Taken { readonly strategies: readonly Strategy[]; readonly recordings: readonly TapeFile[]; readonly problems: readonly Problem[] }

async function takenFile({ name, file }: NamedFile): Promise<TapeFile | Strategy | Problem> {
  if (file.size > LARGEST_TAPE) return { name, problem: 'tape-too-large' };
  let bytes: Awaited<ReturnType<typeof unpacked>>;
  try {
    bytes = await unpacked(new Uint8Array(await file.arrayBuffer()), LARGEST_TAPE);
  } catch {
    return { name, problem: 'unreadable' };
  }
  if (typeof bytes === 'string') return { name, problem: bytes };
  if (tapeProblem(bytes) === null) return { name: name.replace(/\.gz$/, ''), bytes };
  const strategy = importedFile(name, bytes);
  return 'problem' in strategy ? { name, problem: strategy.problem } : { name, source: strategy.source };
}

/** A folder of recordings has other things, too: only what may have been a recording is told of. */
const TOLD_IN_FOLDERS: readonly Problem['problem'][] = ['unreadable', 'damaged', 'tape-too-large'];

export async function takenFiles(files: readonly Given[], most = LARGEST_TAPE): Promise<Taken> {
  const strategies: Strategy[] = [], recordings: TapeFile[] = [], problems: Problem[] = [];
  let size = 0;
  for (const each of files) {
    const taken = 'problem' in each ? each : await takenFile(each);
    if ('source' in taken) strategies.push(taken);
    else if ('problem' in taken) {
      if (!('isInFolder' in each && each.isInFolder) || TOLD_IN_FOLDERS.includes(taken.problem)) problems.push(taken);
    } else if (size + taken.bytes.byteLength > most) problems.push({ name: taken.name, problem: 'too-large-together' });
    else {
      size += taken.bytes.byteLength;
      recordings.push(taken);
    }
  }
  return { strategies, recordings, problems };
}
