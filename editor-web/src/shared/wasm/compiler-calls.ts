// compiler-calls.ts — what the compiler answers, in its worker; also used directly, in node, by tests.
//
// In: a loaded odx.wasm. Out: an object of plain functions. Promise: no state between calls.
import type { Derived, Snapshot } from '../document/types';
import { derive } from '../document/derive';
import type { CompileRequest, ConvertRequest, Document, Odx, PlaceRequest } from './odx.mjs';
import type { TimedDerived } from './nearest';
import type { Completions, Hover, PlaceFix, Signature } from './places';

export function compilerCalls(odx: Odx) {
  return {
    derive: (snapshot: Snapshot): Derived => derive(odx, snapshot),
    check: (document: Document) => odx.check(document),
    format: (document: Document) => odx.format(document),
    fix: (document: Document) => odx.fix(document),
    compile: (document: CompileRequest) => odx.compile(document),
    convert: (document: ConvertRequest) => odx.convert(document),
    explain: (document: Document) => odx.explain(document),
    hover: (document: PlaceRequest) => odx.hover(document) as Hover,
    complete: (document: PlaceRequest) => odx.complete(document) as Completions,
    signature: (document: PlaceRequest) => odx.signature(document) as Signature,
    fixes: (document: PlaceRequest) => odx.fixes(document) as PlaceFix[],
  };
}

export type CompilerCalls = ReturnType<typeof compilerCalls>;

/** What its worker answers besides: for nearest.ts, which keeps another instance of the module on the page's thread. */
export function workerCalls(odx: Odx, module: WebAssembly.Module) {
  return {
    ...compilerCalls(odx),
    timedDerive: (snapshot: Snapshot): TimedDerived => {
      const fromMs = performance.now(), derived = derive(odx, snapshot);
      return { derived, ms: performance.now() - fromMs };
    },
    module: () => module,
  };
}

export type WorkerCalls = ReturnType<typeof workerCalls>;
