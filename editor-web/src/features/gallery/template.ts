/** One strategy of the gallery, as scripts/assets.mjs writes it into gallery.json. */
export interface Template {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly explain: string;
}
