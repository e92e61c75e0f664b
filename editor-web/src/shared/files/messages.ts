import { defineMessages } from '../i18n';

export const messages = defineMessages(
  {
    'too-large': '{name} is larger than a strategy can be (1 MiB) and no recording of ticks.',
    'not-text': '{name} is not text in UTF-8: neither a strategy nor a recording of ticks.',
    empty: '{name} is empty.',
    'not-a-strategy': '{name} is neither a strategy (.odx, form or graph JSON) nor a recording of ticks (CSV or tape).',
    'tape-too-large': '{name} is larger than this page can hold (512 MiB).',
    damaged: '{name} is a gzip file and damaged: it cannot be unpacked.',
    unreadable: '{name} cannot be read.',
    nothing: 'There is neither a strategy nor a recording of ticks in it.',
    others: '{count} more {count|file|files} like that.',
    imported: '{name} is imported.',
    tape: 'Backtests now run on {name}.',
    drop: 'Drop a strategy or a recording of ticks',
  },
  {
    'too-large': '{name} est plus grand qu’une stratégie ne peut l’être (1 Mio) et n’est pas un enregistrement de cotations.',
    'not-text': '{name} n’est pas du texte en UTF-8 : ni une stratégie ni un enregistrement de cotations.',
    empty: '{name} est vide.',
    'not-a-strategy': '{name} n’est ni une stratégie (.odx, JSON de formulaire ou de graphe) ni un enregistrement de cotations (CSV ou bande).',
    'tape-too-large': '{name} est plus grand que cette page ne peut contenir (512 Mio).',
    damaged: '{name} est un fichier gzip endommagé : il ne peut être décompressé.',
    unreadable: '{name} ne peut être lu.',
    nothing: 'Il ne contient ni stratégie ni enregistrement de cotations.',
    others: 'Ainsi que {count} {count|autre fichier|autres fichiers}.',
    imported: '{name} est importé.',
    tape: 'Les essais se font maintenant sur {name}.',
    drop: 'Déposez une stratégie ou un enregistrement de cotations',
  },
);
