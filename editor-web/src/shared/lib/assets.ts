// assets.ts — where the files of scripts/assets.mjs lie: beside the page, in data/.

export function assetUrl(name: string): string {
  return new URL(`data/${name}`, document.baseURI).href;
}

export async function fetchJson<T>(name: string): Promise<T> {
  const response = await fetch(assetUrl(name));
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return (await response.json()) as T;
}
