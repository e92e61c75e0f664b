import { useCallback, useEffect, useMemo, useState } from 'react';

import type { DocumentRow } from '@/shared/document';
import { useLibrary } from '@/shared/hooks/use-library';
import { fetchJson } from '@/shared/lib/assets';
import { newest, newLater } from '@/shared/lib/later';
import { navigate } from '@/shared/lib/router';

import type { Template } from './template';

/** Another tab that is typed in writes every moment. */
const LIST_AFTER_MS = 1000;

/** Templates and documents, and what can be done with them. */
export function useGallery() {
  const library = useLibrary();
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [documents, setDocuments] = useState<readonly DocumentRow[] | null>(null);
  const load = useCallback(() => {
    setProblem(null);
    fetchJson<Template[]>('gallery.json').then(setTemplates, (error: Error) => setProblem(error.message));
  }, []);
  useEffect(() => {
    fetchJson<Template[]>('gallery.json').then(setTemplates, (error: Error) => setProblem(error.message));
  }, []);
  const list = useMemo(() => newest(library.list, setDocuments), [library]);
  useEffect(() => {
    const later = newLater(LIST_AFTER_MS);
    void list();
    const leave = library.onChange(() => later(() => void list()));
    return () => {
      leave();
      later(() => undefined);
    };
  }, [library, list]);
  const create = useCallback(async (text: string, title: string, modules: Template['modules'] = {}) => {
    navigate({ page: 'document', id: await library.create({ notation: 'text', source: text }, title, modules) });
  }, [library]);
  /** False: it is still there. */
  const remove = useCallback(async (id: string) => {
    const isGone = await library.remove(id);
    await list();
    return isGone;
  }, [library, list]);
  return { templates, documents, problem, load, create, remove };
}
