// lazy-features.ts — the features that are fetched when they are first on screen, or when the page has nothing else to do.
//
// In: how to fetch one. Out: a component, and a way to fetch it again. Promise: what could not be fetched (the server is
// gone, the network is) can be tried again; once all are here the page needs no server.
import { createElement, use } from 'react';
import type { ComponentType } from 'react';

export interface LazyPart {
  readonly Feature: ComponentType;
  /** Fetches it, unless it is here or on its way. */
  readonly fetch: () => Promise<unknown>;
  /** What failed is forgotten: the next drawing fetches it. */
  readonly forget: () => void;
}

export function part<K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K): LazyPart {
  let loaded: Promise<ComponentType> | null = null;
  const fetched = () => (loaded ??= load().then((module) => module[name]));
  return { Feature: () => createElement(use(fetched())), fetch: fetched, forget: () => (loaded = null) };
}

export const viewParts = {
  form: part(() => import('@/features/form-view'), 'FormView'),
  graph: part(() => import('@/features/graph-view'), 'GraphView'),
  text: part(() => import('@/features/text-view'), 'TextView'),
};

export const dockParts = {
  cursor: part(() => import('@/features/time-cursor'), 'TimeCursorPanel'),
  results: part(() => import('@/features/backtest'), 'ResultsPanel'),
  findings: part(() => import('@/features/findings'), 'FindingsPanel'),
  versions: part(() => import('@/features/versions'), 'VersionsPanel'),
};

export const pageParts = {
  editor: part(() => import('./editor-page'), 'EditorPage'),
  rules: part(() => import('./rules-page'), 'RulesPage'),
};

const QUIET_MS = 3000;

/** Fetches what is not here yet, one after the other, once the page has been quiet for a while. Answers how to stop. */
export function fetchWhenQuiet(): () => void {
  let stopped = false;
  const timer = setTimeout(() => void (async () => {
    for (const each of [...Object.values(viewParts), ...Object.values(dockParts), pageParts.rules])
      if (!stopped) await each.fetch().catch(each.forget);
  })(), QUIET_MS);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
