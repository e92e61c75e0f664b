// lazy-features.ts — the features that are fetched when they are first on screen.
import { lazy } from 'react';
import type { ComponentType } from 'react';

const part = <K extends string>(load: () => Promise<Record<K, ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }));

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
