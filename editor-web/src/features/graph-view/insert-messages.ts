// insert-messages.ts — what can be put on the canvas, in words. Fields and functions say in English what the
// catalogue of the language says of them; their French is here, complete by type.
import type { fields, functions } from '@/shared/generated/catalogue';
import { defineMessages } from '@/shared/i18n';

/** Owners whose fields a node can read. */
export const OWNERS = ['TOKEN', 'HELD', 'MARKET', 'TIME', 'MSLOT', 'WALLET'] as const;

type FieldName = Extract<(typeof fields)[number], { readonly owner: (typeof OWNERS)[number] }>['name'];
type FunctionName = (typeof functions)[number]['function'] extends infer F ? (F extends `${infer N}(${string}` ? N : never) : never;

export const basicMessages = defineMessages(
  {
    above: 'is above', 'above.more': 'a > b', below: 'is below', 'below.more': 'a < b', between: 'is between', 'between.more': 'a between b and c',
    crossesAbove: 'crosses above', 'crossesAbove.more': 'comes from below b', crossesBelow: 'crosses below', 'crossesBelow.more': 'comes from above b',
    and: 'and', 'and.more': 'all of them', or: 'or', 'or.more': 'any of them', not: 'not', 'not.more': 'the opposite',
    held: 'held for', 'held.more': 'true for a while', number: 'number', 'number.more': 'a literal', plus: '+', 'plus.more': 'a + b', minus: '-', 'minus.more': 'a - b',
    times: '*', 'times.more': 'a * b', over: '/', 'over.more': 'a / b', prev: 'earlier value', 'prev.more': 'as it was some steps ago', every: 'every', 'every.more': 'sampled in time',
    select: 'if then else', 'select.more': 'one of two values', otherwise: 'otherwise', 'otherwise.more': 'another value where one is unknown',
    setting: 'setting', 'setting.more': 'a number with a name, to change and to sweep', buy: 'buy', 'buy.more': 'an order', sell: 'sell', 'sell.more': 'an order', close: 'close', 'close.more': 'sells all that is held',
    when: 'rule', 'when.more': 'a rule with several orders', show: 'show', 'show.more': 'a line of its own on the chart',
  },
  {
    above: 'dépasse', 'above.more': 'a > b', below: 'est sous', 'below.more': 'a < b', between: 'est entre', 'between.more': 'a entre b et c',
    crossesAbove: 'croise à la hausse', 'crossesAbove.more': 'vient d’en dessous de b', crossesBelow: 'croise à la baisse', 'crossesBelow.more': 'vient d’au-dessus de b',
    and: 'et', 'and.more': 'toutes', or: 'ou', 'or.more': 'l’une d’elles', not: 'non', 'not.more': 'le contraire',
    held: 'pendant', 'held.more': 'vrai un certain temps', number: 'nombre', 'number.more': 'une valeur écrite', plus: '+', 'plus.more': 'a + b', minus: '-', 'minus.more': 'a - b',
    times: '*', 'times.more': 'a * b', over: '/', 'over.more': 'a / b', prev: 'valeur d’avant', 'prev.more': 'telle qu’elle était il y a quelques pas', every: 'chaque', 'every.more': 'échantillonné dans le temps',
    select: 'si alors sinon', 'select.more': 'l’une de deux valeurs', otherwise: 'à défaut', 'otherwise.more': 'une autre valeur là où l’une est inconnue',
    setting: 'réglage', 'setting.more': 'un nombre qui a un nom, à changer et à balayer', buy: 'acheter', 'buy.more': 'un ordre', sell: 'vendre', 'sell.more': 'un ordre', close: 'clôturer', 'close.more': 'vend tout ce qui est détenu',
    when: 'règle', 'when.more': 'une règle avec plusieurs ordres', show: 'montrer', 'show.more': 'une ligne à elle sur le graphique',
  },
);

export const frenchFields: Readonly<Record<FieldName, string>> = {
  bid: 'le meilleur prix que quelqu’un paie pour une part', ask: 'le meilleur prix auquel quelqu’un vend une part', mid: 'milieu entre cours acheteur et vendeur', spread: 'cours vendeur moins cours acheteur',
  bid_size: 'parts demandées au cours acheteur', ask_size: 'parts offertes au cours vendeur', bid2: 'deuxième meilleur cours acheteur', bid3: 'troisième meilleur cours acheteur',
  ask2: 'deuxième meilleur cours vendeur', ask3: 'troisième meilleur cours vendeur', bid_size2: 'parts demandées au deuxième cours acheteur', bid_size3: 'parts demandées au troisième cours acheteur',
  ask_size2: 'parts offertes au deuxième cours vendeur', ask_size3: 'parts offertes au troisième cours vendeur', size_ratio: 'taille à l’achat sur taille à la vente', position: 'parts détenues',
  entry: 'prix moyen payé, sans les frais', value: 'la position au dernier cours acheteur connu', pnl: 'valeur moins coût de ce qui est détenu', gain: 'le dernier cours acheteur connu sur le prix d’entrée, moins un',
  move: 'variation du prix au comptant depuis l’ouverture du créneau', abs_move: 'ampleur de la variation depuis l’ouverture du créneau', spot: 'prix de la monnaie sous-jacente', spot_open: 'prix au comptant à l’ouverture du créneau',
  volume: 'dollars échangés sur ce marché', liquidity: 'dollars au repos dans le carnet', 'slot.progress': 'la part du créneau qui est passée', 'slot.elapsed': 'temps depuis l’ouverture du créneau',
  'slot.left': 'temps avant la fin du créneau', 'slot.length': 'durée d’un créneau', closes_in: 'temps avant la clôture du marché', hour: 'heure du jour, UTC', day: 'jour de la semaine, UTC, de mon à sun',
  'slot.pnl': 'gain du créneau jusqu’ici ; du créneau dénoué dans `on resolve`', 'slot.trades': 'entrées acceptées dans ce créneau', cash: 'argent qui n’est ni engagé ni réservé',
  equity: 'liquidités plus positions, relevées à l’horloge du compte', exposure: 'coût de tout ce qui est détenu', drawdown: 'la baisse depuis le plus haut capital de la simulation',
};

export const frenchFunctions: Readonly<Record<FunctionName, string>> = {
  abs: 'grandeur de x, sans son signe', min: 'le plus petit', max: 'le plus grand', clamp: 'x, mais jamais sous low ni au-dessus de high', round: 'l’entier le plus proche, les moitiés vers le pair',
  floor: 'l’entier au plus égal à x', ceil: 'l’entier au moins égal à x', sqrt: 'racine carrée ; inconnue sous zéro', ln: 'logarithme naturel ; inconnu jusqu’à zéro', exp: 'e puissance x', sign: '-1, 0 ou 1',
  scale: '0 à low, 10 à high, en proportion entre les deux', known: 'vrai quand x a une valeur', prev: 'x tel qu’il était il y a tant de pas, un si rien n’est dit', change: 'x moins ce qu’il était il y a tant de pas',
  ema: 'moyenne exponentielle', sma: 'moyenne simple des dernières valeurs', rma: 'moyenne de Wilder', rsi: 'force relative, de 0 à 100 ; inconnue tant que rien ne bouge', stdev: 'écart type des dernières valeurs',
  zscore: 'à combien d’écarts types x est de sa moyenne', vwap: 'moyenne pondérée par les dollars échangés, depuis l’ouverture du créneau', highest: 'la plus haute des dernières valeurs', lowest: 'la plus basse des dernières valeurs',
  since: 'temps depuis la dernière fois où la condition était vraie', price_to_buy: 'prix moyen pour en acheter autant maintenant', price_to_sell: 'prix moyen pour en vendre autant maintenant',
  depth_to_buy: 'dollars offerts à ce prix ou mieux', depth_to_sell: 'dollars demandés à ce prix ou mieux', taker_fee: 'frais par part pour prendre, au cours vendeur, ou à l’acheteur en vendant',
};
