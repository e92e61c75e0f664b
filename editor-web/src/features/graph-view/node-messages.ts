// node-messages.ts — words on nodes: what a title says, what inputs and data are called. What a name stands for is
// the language's own and stays: titles show those as they are.
import { defineMessages } from '@/shared/i18n';

export const titleMessages = defineMessages(
  {
    AND: 'and', OR: 'or', NOT: 'not',
    when: 'as soon as', while: 'as long as', on: 'on {event}', every: 'every {span}',
    between: 'between {values}', in: 'one of {values}', not_in: 'none of {values}', in_range: 'within {values}', not_in_range: 'outside {values}',
    'crosses above': 'crosses above', 'crosses below': 'crosses below',
    held: 'for {span}', across: 'across slots', prev: '{count} {count|step|steps} ago', otherwise: 'otherwise: {what}', else: 'else {what}',
    limits: '{count} {count|limit|limits}', market: 'at the market', limit: 'at a limit',
  },
  {
    AND: 'et', OR: 'ou', NOT: 'non',
    when: 'dès que', while: 'tant que', on: 'lors de {event}', every: 'chaque {span}',
    between: 'entre {values}', in: 'parmi {values}', not_in: 'hors de {values}', in_range: 'dans {values}', not_in_range: 'hors de {values}',
    'crosses above': 'croise à la hausse', 'crosses below': 'croise à la baisse',
    held: 'pendant {span}', across: 'd’un créneau à l’autre', prev: 'il y a {count} pas', otherwise: 'à défaut : {what}', else: 'sinon {what}',
    limits: '{count} {count|limite|limites}', market: 'au marché', limit: 'à un prix limite',
  },
);

/** Inputs; `a` and `b` are what they are in any language. */
export const inputMessages = defineMessages(
  {
    if: 'if', size: 'size', price: 'price', within: 'slippage', value: 'value', period: 'steps', for: 'for', every: 'every', n: 'steps',
    low: 'from', high: 'to', body: 'what is summed', by: 'refresh by', rule: 'rule',
  },
  {
    if: 'si', size: 'taille', price: 'prix', within: 'au pire', value: 'valeur', period: 'pas', for: 'pendant', every: 'chaque', n: 'pas',
    low: 'de', high: 'à', body: 'ce qui s’additionne', by: 'rafraîchi par', rule: 'règle',
  },
);

/** What a node keeps in fields of its own. */
export const dataMessages = defineMessages(
  {
    field: 'data', name: 'name', fn: 'function', operator: 'operator', value: 'value', args: 'arguments', across: 'across slots', counter: 'counter',
    low: 'lowest', high: 'highest', step: 'step', choices: 'choices', per: 'per', on: 'kind', event: 'event', signal: 'order', outcome: 'share',
    size_mode: 'sized in', size_usdc: 'size in $', size_pct: 'size in %', size_shares: 'size in shares', order_type: 'order type',
    stoploss: 'stop loss', stoploss_pct: 'stop loss in %', take_profit: 'take profit', take_profit_pct: 'take profit in %',
    max_position_usdc: 'hold at most, $', max_trades_per_slot: 'trades a slot', modifiers: 'modifiers', message: 'message', else: 'else',
    token: 'share', sides: 'sides', or: 'if one fails', items: 'limits', text: 'text', path: 'file', pin: 'pin', venue: 'venue', selector: 'which',
    any: 'any of them', stale: 'stale after', grouped: 'grouped',
  },
  {
    field: 'donnée', name: 'nom', fn: 'fonction', operator: 'opérateur', value: 'valeur', args: 'arguments', across: 'entre créneaux', counter: 'compteur',
    low: 'minimum', high: 'maximum', step: 'pas', choices: 'choix', per: 'par', on: 'sorte', event: 'événement', signal: 'ordre', outcome: 'part',
    size_mode: 'taille en', size_usdc: 'taille en $', size_pct: 'taille en %', size_shares: 'taille en parts', order_type: 'type d’ordre',
    stoploss: 'stop perte', stoploss_pct: 'stop perte en %', take_profit: 'prise de gain', take_profit_pct: 'prise de gain en %',
    max_position_usdc: 'détenir au plus, $', max_trades_per_slot: 'transactions par créneau', modifiers: 'options', message: 'message', else: 'sinon',
    token: 'part', sides: 'côtés', or: 'si l’un échoue', items: 'limites', text: 'texte', path: 'fichier', pin: 'empreinte', venue: 'place', selector: 'lequel',
    any: 'n’importe lequel', stale: 'périmé après', grouped: 'groupé',
  },
);
