/* parser.y — the grammar of the language (docs/LANGUAGE.md 2.3).
 *
 * Words in, one tree out.  The scanner hands over finished literals and repairs the words around an
 * unreadable statement, so that every statement is judged on its own (scan.c).  Promise: no
 * conflicts, no memory but the arena's, and every node knows its place. */
%require "3.8"
%expect 0
%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {TOK_}
%define api.location.type {Place}
%define parse.error custom
%define parse.lac full
%locations
%param {Parser *ps}

%code requires {
#include "compiler/source/parser.h"
}

%union {
    Node *node;
    NodeList *list;
    Span span;
    uint32_t op;
}

%code {
#include "compiler/source/grammar_support.h"

/* Freestanding: the parser's stack comes from the arena and is bounded. */
#define YYMALLOC(size) parser_stack(ps, (size))
/* Shadowed by the parameter where it matters; the look-ahead check has no parser at hand, and its
 * twenty places are enough: it pushes at most a few empty rules at a time. */
static Parser *const ps = NULL;
#define YYFREE(ptr) ((void)(ptr))
#define YYMAXDEPTH 2000

#define YYLLOC_DEFAULT(whole, parts, n)                                                            \
    ((whole) = (n) ? place_join(YYRHSLOC(parts, 1), YYRHSLOC(parts, n))                            \
                   : place_at(YYRHSLOC(parts, 0).file, YYRHSLOC(parts, 0).end,                     \
                              YYRHSLOC(parts, 0).end))

static int grammar_lex(GRAMMAR_STYPE *value, Place *at, Parser *ps);
static void grammar_error(Place *at, Parser *ps, const char *what);
}

/* reserved words */
%token ABOVE ACCOUNT ACROSS AFTER ALERT ALL ALWAYS AND ANY AT BELOW BETWEEN BUY CANCEL CLOSE CROSSES
%token DEF ELSE EVERY EXPECT FALSE FEED FOR GIVEN IF IN IS LAYOUT LEADER LET MARKET MERGE MODULE NOT
%token ODX OF ON OR OTHERWISE PARAM PER QUOTE REPEAT REQUIRE RISK SELL SET SHOW SLOTS SPLIT STATE
%token STEP STRATEGY TEST THEN TOGETHER TRUE USE WHEN WHILE WITHIN
/* words with a meaning in their place only */
%token <span> ASK BECAUSE BID COINS COOLDOWN DAY DRAWDOWN ENTRY EXIT EXPOSURE EXTRA FILL FOREVER GOOD
%token <span> GROUPED HOLD HOUR ID KEEP LEVERAGE LOSS MAX NEVER NO NOTHING NOW ONLY OPEN PIN POSITION
%token <span> POST PROFIT REFRESH REJECT RESOLUTION RESOLVE RUN SHARES SIZE SKIP SLOT STALE START STOP
%token <span> TAKE TICK TIME TO TRADES TRAILING UNWIND WEEK
%token <span> NAME REASON
%token <node> NUMBER STRING
/* marks */
%token LBRACE RBRACE LPAREN RPAREN LBRACKET RBRACKET COMMA COLON DOT DOTDOT EQUALS ARROW
%token PLUS MINUS TIMES DIVIDE LESS LESS_EQ GREATER GREATER_EQ

%type <span> name name_but_fill name_rest
%type <list> items formals formal_list actions modifiers limits sides facts rows happenings
%type <list> happening_list expects anchors or_terms and_terms exprs choice_list path_words
%type <list> fact_words
%type <node> item header use market leader account feed param let state def formal rule show always
%type <node> test layout risk stale pin grouped domain event of_path block action order price
%type <node> modifier limit side given row fact happening expect outcome because anchor anchor_at
%type <node> anchor_id coordinate expr plain_expr disj conj neg relation relation_body is_right
%type <node> fallback sum product unary postfix primary literal path size size_product range choices
%type <node> choice value_or_side fact_path fact_value within account_venue
%type <op> per_state per_limit after_limit type_opt type
%type <span> anchor_name

%%

file: items { finish_file(ps, $1, @$); };

items:
    %empty              { $$ = list_new(ps); }
  | items sync item     { $$ = list_add(ps, $1, $3); }
  | items error         { $$ = $1; };

/* From here on mistakes are told again, even right behind the last one. */
sync: %empty { yyerrok; };

item:
    header | use | market | leader | account | feed | param | let | state | def | rule | risk | show
  | always | test | layout
  | ODX NUMBER          { $$ = make_version(ps, $2, @$); };

header:
    STRATEGY STRING     { $$ = with_op(MK(HEADER, @$, $2), AST_HEADER_STRATEGY); }
  | MODULE STRING       { $$ = with_op(MK(HEADER, @$, $2), AST_HEADER_MODULE); };

use: USE STRING pin     { $$ = MK(USE, @$, $2, $3); };
pin:
    %empty              { $$ = NULL; }
  | PIN STRING          { $$ = $2; };

/* ---- where data comes from */
market:
    MARKET name EQUALS name STRING stale
                        { $$ = with_names(MK(MARKET, @$, $5, $6), $2, @2, $4, @4); }
  | MARKET name EQUALS name ANY STRING stale
                        { $$ = with_flag(with_names(MK(MARKET, @$, $6, $7), $2, @2, $4, @4), NF_ANY); }
  | MARKET name EQUALS error
                        { $$ = with_name(MKBAD(MARKET, @$, bad(ps, @4), NULL), $2, @2); };
stale:
    %empty              { $$ = NULL; }
  | STALE AFTER expr    { $$ = $3; };

leader:
    LEADER name EQUALS name STRING grouped
                        { $$ = with_names(MK(LEADER, @$, $5, $6), $2, @2, $4, @4); }
  | LEADER name EQUALS error
                        { $$ = with_name(MKBAD(LEADER, @$, bad(ps, @4), NULL), $2, @2); };
grouped:
    %empty              { $$ = NULL; }
  | GROUPED expr        { $$ = $2; };

account:
    ACCOUNT name account_venue
                        { $$ = with_venue(with_name(MK0(ACCOUNT, @$), $2, @2), $3); };
account_venue:
    %empty              { $$ = NULL; }
  | EQUALS name         { $$ = with_name(MK0(WORD, @2), $2, @2); };

feed:
    FEED name IN range stale
                        { $$ = with_name(MK(FEED, @$, $4, $5), $2, @2); }
  | FEED name IN error  { $$ = with_name(MKBAD(FEED, @$, bad(ps, @4), NULL), $2, @2); };

/* ---- names, knobs, memory, reuse */
param:
    PARAM name EQUALS value_or_side
                        { $$ = with_name(MK(PARAM, @$, $4, NULL, NULL), $2, @2); }
  | PARAM name EQUALS value_or_side IN domain
                        { $$ = with_name(MK(PARAM, @$, $4, $6, NULL), $2, @2); }
  | PARAM name EQUALS value_or_side IN range STEP sum
                        { $$ = with_name(MK(PARAM, @$, $4, $6, $8), $2, @2); }
  | PARAM name EQUALS error
                        { $$ = with_name(MKBAD(PARAM, @$, bad(ps, @4), NULL, NULL), $2, @2); };
domain: range | choices;

let:
    LET name EQUALS expr { $$ = with_name(MK(LET, @$, $4), $2, @2); }
  | LET name EQUALS error
                        { $$ = with_name(MKBAD(LET, @$, bad(ps, @4)), $2, @2); };

state:
    STATE name EQUALS expr per_state
                        { $$ = with_op(with_name(MK(STATE, @$, $4), $2, @2), $5); }
  | STATE name EQUALS error
                        { $$ = with_name(MKBAD(STATE, @$, bad(ps, @4)), $2, @2); };
per_state:
    %empty              { $$ = AST_PER_NONE; }
  | PER SLOT            { $$ = AST_PER_SLOT; }
  | PER DAY             { $$ = AST_PER_DAY; }
  | PER RUN             { $$ = AST_PER_RUN; };

def:
    DEF name LPAREN formals RPAREN type_opt EQUALS expr
                        { $$ = with_op(with_name(MKLIST(DEF, @$, $4, $8), $2, @2), $6); }
  | DEF name error      { $$ = with_name(MKLISTBAD(DEF, @$, list_new(ps), bad(ps, @3)), $2, @2); };
type_opt:
    %empty              { $$ = AST_TYPE_NONE; }
  | ARROW type          { $$ = $2; };
type: name              { $$ = check_type_word(ps, $1, @1); };
formals:
    %empty              { $$ = list_new(ps); }
  | formal_list;
formal_list:
    formal              { $$ = list_add(ps, list_new(ps), $1); }
  | formal_list COMMA formal
                        { $$ = list_add(ps, $1, $3); };
formal:
    name                { $$ = with_name(MK0(FORMAL, @$), $1, @1); }
  | name COLON type     { $$ = with_op(with_name(MK0(FORMAL, @$), $1, @1), $3); };

/* ---- rules; behind an unreadable head the scanner sees to it that a block follows */
rule:
    WHEN expr block     { $$ = with_op(MK(RULE, @$, NULL, $2, $3), AST_RULE_WHEN); }
  | WHILE expr block    { $$ = with_op(MK(RULE, @$, NULL, $2, $3), AST_RULE_WHILE); }
  | ON event block      { $$ = with_op(MK(RULE, @$, $2, NULL, $3), AST_RULE_ON); }
  | ON event IF expr block
                        { $$ = with_op(MK(RULE, @$, $2, $4, $5), AST_RULE_ON); }
  | WHEN error block    { $$ = with_op(MKBAD(RULE, @$, NULL, bad(ps, @2), $3), AST_RULE_WHEN); }
  | WHILE error block   { $$ = with_op(MKBAD(RULE, @$, NULL, bad(ps, @2), $3), AST_RULE_WHILE); }
  | ON error block      { $$ = with_op(MKBAD(RULE, @$, bad(ps, @2), NULL, $3), AST_RULE_ON); };
event:
    EVERY primary       { $$ = with_op(MK(EVENT, @$, $2), AST_EVENT_EVERY); }
  | SLOT OPEN of_path   { $$ = with_op(MK(EVENT, @$, $3), AST_EVENT_SLOT_OPEN); }
  | SLOT CLOSE of_path  { $$ = with_op(MK(EVENT, @$, $3), AST_EVENT_SLOT_CLOSE); }
  | path of_path        { $$ = make_event(ps, $1, $2, @$); };
of_path:
    %empty              { $$ = NULL; }
  | OF path             { $$ = $2; };

block: LBRACE actions RBRACE { $$ = MKLIST0(BLOCK, @$, $2); };
actions:
    %empty              { $$ = list_new(ps); }
  | actions sync action { $$ = list_add(ps, $1, $3); }
  | actions error       { $$ = $1; };
action:
    order | let
  | CLOSE path within   { $$ = MK(CLOSE, @$, $2, $3); }
  | CANCEL ALL          { $$ = with_flag(MK(CANCEL, @$, NULL), NF_ALL); }
  | CANCEL path         { $$ = MK(CANCEL, @$, $2); }
  | SPLIT size OF path  { $$ = with_op(MK(SETS, @$, $2, $4), AST_SETS_SPLIT); }
  | MERGE size OF path  { $$ = with_op(MK(SETS, @$, $2, $4), AST_SETS_MERGE); }
  | SPLIT size OF path OF path
                        { $$ = with_op(MK(SETS, @$, two_ofs(ps, $2, @3, $4, @5), $6), AST_SETS_SPLIT); }
  | MERGE size OF path OF path
                        { $$ = with_op(MK(SETS, @$, two_ofs(ps, $2, @3, $4, @5), $6), AST_SETS_MERGE); }
  | SET name EQUALS expr { $$ = with_name(MK(SET, @$, $4), $2, @2); }
  | REQUIRE expr ELSE REASON
                        { $$ = with_name(MK(REQUIRE, @$, $2), $4, @4); }
  | ALERT STRING        { $$ = MK(ALERT, @$, $2); }
  | TOGETHER WITHIN sum OR UNWIND block
                        { $$ = with_op(MK(TOGETHER, @$, $3, $6), AST_TOGETHER_UNWIND); }
  | TOGETHER WITHIN sum OR KEEP block
                        { $$ = with_op(MK(TOGETHER, @$, $3, $6), AST_TOGETHER_KEEP); }
  | TOGETHER error block { $$ = with_op(MKBAD(TOGETHER, @$, bad(ps, @2), $3), AST_TOGETHER_UNWIND); }
  | REPEAT name IN range block
                        { $$ = with_name(MK(REPEAT, @$, $4, $5), $2, @2); }
  | REPEAT error block  { $$ = MKBAD(REPEAT, @$, bad(ps, @2), $3); }
  | QUOTE path LBRACE sides RBRACE
                        { $$ = MKLIST(QUOTE, @$, $4, $2); }
  | QUOTE error LBRACE sides RBRACE
                        { $$ = MKLISTBAD(QUOTE, @$, $4, bad(ps, @2)); };
order:
    BUY size OF path AT price modifiers
                        { $$ = with_op(MKLIST(ORDER, @$, $7, $2, $4, $6), AST_SIDE_BUY); }
  | SELL size OF path AT price modifiers
                        { $$ = with_op(MKLIST(ORDER, @$, $7, $2, $4, $6), AST_SIDE_SELL); }
  | BUY ALL OF path AT price modifiers
                        { $$ = order_all(ps, AST_SIDE_BUY, $4, $6, $7, @$); }
  | SELL ALL OF path AT price modifiers
                        { $$ = order_all(ps, AST_SIDE_SELL, $4, $6, $7, @$); }
  | BUY size OF path OF path AT price modifiers
                        { Node *n = two_ofs(ps, $2, @3, $4, @5);
                          $$ = with_op(MKLIST(ORDER, @$, $9, n, $6, $8), AST_SIDE_BUY); }
  | SELL size OF path OF path AT price modifiers
                        { Node *n = two_ofs(ps, $2, @3, $4, @5);
                          $$ = with_op(MKLIST(ORDER, @$, $9, n, $6, $8), AST_SIDE_SELL); };
within:
    %empty              { $$ = NULL; }
  | WITHIN sum          { $$ = $2; };
price:
    MARKET within       { $$ = MK(PRICE_MARKET, @$, $2); }
  | sum;
modifiers:
    %empty              { $$ = list_new(ps); }
  | modifiers modifier  { $$ = list_add(ps, $1, $2); };
modifier:
    POST ONLY           { $$ = with_op(MK(MODIFIER, @$, NULL), AST_MODIFIER_POST_ONLY); }
  | GOOD FOR primary    { $$ = with_op(MK(MODIFIER, @$, $3), AST_MODIFIER_GOOD_FOR); }
  | ALL OR NOTHING      { $$ = with_op(MK(MODIFIER, @$, NULL), AST_MODIFIER_ALL_OR_NOTHING); }
  | NOW OR NEVER        { $$ = with_op(MK(MODIFIER, @$, NULL), AST_MODIFIER_NOW_OR_NEVER); };
sides:
    %empty              { $$ = list_new(ps); }
  | sides sync side     { $$ = list_add(ps, $1, $3); }
  | sides error         { $$ = $1; };
side:
    BID sum SIZE sum    { $$ = with_op(MK(QUOTE_SIDE, @$, $2, $4), AST_QUOTE_BID); }
  | ASK sum SIZE sum    { $$ = with_op(MK(QUOTE_SIDE, @$, $2, $4), AST_QUOTE_ASK); }
  | REFRESH sum         { $$ = MK(REFRESH, @$, $2); };

/* A size ends at its first `of`; one that contains an `of` stands in brackets. */
size:
    size_product
  | size PLUS size_product   { $$ = with_op(MK(BINARY, @$, $1, $3), AST_ADD); }
  | size MINUS size_product  { $$ = with_op(MK(BINARY, @$, $1, $3), AST_SUB); };
size_product:
    unary
  | size_product TIMES unary  { $$ = with_op(MK(BINARY, @$, $1, $3), AST_MUL); }
  | size_product DIVIDE unary { $$ = with_op(MK(BINARY, @$, $1, $3), AST_DIV); };

/* ---- limits and exits */
risk:
    RISK LBRACE limits RBRACE       { $$ = MKLIST0(RISK, @$, $3); }
  | RISK error LBRACE limits RBRACE { $$ = MKLIST0(RISK, @$, $4); };
limits:
    %empty              { $$ = list_new(ps); }
  | limits sync limit   { $$ = list_add(ps, $1, $3); }
  | limits error        { $$ = $1; };
limit:
    STOP LOSS expr      { $$ = with_op(MK(LIMIT, @$, $3), AST_LIMIT_STOP_LOSS); }
  | TAKE PROFIT expr    { $$ = with_op(MK(LIMIT, @$, $3), AST_LIMIT_TAKE_PROFIT); }
  | TRAILING STOP expr  { $$ = with_op(MK(LIMIT, @$, $3), AST_LIMIT_TRAILING_STOP); }
  | TIME STOP expr      { $$ = with_op(MK(LIMIT, @$, $3), AST_LIMIT_TIME_STOP); }
  | MAX POSITION expr per_limit { $$ = max_limit(ps, AST_LIMIT_MAX_POSITION, $3, $4, @$); }
  | MAX EXPOSURE expr per_limit { $$ = max_limit(ps, AST_LIMIT_MAX_EXPOSURE, $3, $4, @$); }
  | MAX TRADES expr per_limit   { $$ = max_limit(ps, AST_LIMIT_MAX_TRADES, $3, $4, @$); }
  | MAX LOSS expr per_limit     { $$ = max_limit(ps, AST_LIMIT_MAX_LOSS, $3, $4, @$); }
  | MAX DRAWDOWN expr per_limit { $$ = max_limit(ps, AST_LIMIT_MAX_DRAWDOWN, $3, $4, @$); }
  | MAX OPEN expr per_limit     { $$ = max_limit(ps, AST_LIMIT_MAX_OPEN, $3, $4, @$); }
  | MAX LEVERAGE expr per_limit { $$ = max_limit(ps, AST_LIMIT_MAX_LEVERAGE, $3, $4, @$); }
  | NO ENTRY WHEN expr  { $$ = with_op(MK(LIMIT, @$, $4), AST_LIMIT_NO_ENTRY_WHEN); }
  | EXIT WHEN expr      { $$ = with_op(MK(LIMIT, @$, $3), AST_LIMIT_EXIT_WHEN); }
  | COOLDOWN expr after_limit   { $$ = max_limit(ps, AST_LIMIT_COOLDOWN, $2, $3, @$); }
  | HOLD TO RESOLUTION  { $$ = with_op(MK(LIMIT, @$, NULL), AST_LIMIT_HOLD_TO_RESOLUTION); }
  | HOLD FOREVER        { $$ = with_op(MK(LIMIT, @$, NULL), AST_LIMIT_HOLD_FOREVER); };
per_limit:
    %empty              { $$ = AST_PER_NONE; }
  | PER SLOT            { $$ = AST_PER_SLOT; }
  | PER HOUR            { $$ = AST_PER_HOUR; }
  | PER DAY             { $$ = AST_PER_DAY; }
  | PER WEEK            { $$ = AST_PER_WEEK; }
  | PER MARKET          { $$ = AST_PER_MARKET; }
  | PER LEADER          { $$ = AST_PER_LEADER; };
after_limit:
    %empty              { $$ = AST_PER_NONE; }
  | AFTER LOSS          { $$ = AST_AFTER_LOSS; }
  | AFTER EXIT          { $$ = AST_AFTER_EXIT; };

/* ---- proof */
show:
    SHOW name EQUALS expr { $$ = with_name(MK(SHOW, @$, $4), $2, @2); }
  | SHOW name EQUALS error { $$ = with_name(MKBAD(SHOW, @$, bad(ps, @4)), $2, @2); };
always: ALWAYS plain_expr { $$ = MK(ALWAYS, @$, $2); };

test:
    TEST STRING LBRACE given rows RBRACE
                        { $$ = MKLIST(TEST, @$, $5, $2, $4); }
  | TEST error LBRACE given rows RBRACE
                        { $$ = MKLISTBAD(TEST, @$, $5, bad(ps, @2), $4); };
given:
    %empty              { $$ = NULL; }
  | GIVEN facts         { $$ = MKLIST0(GIVEN, @$, $2); }
  | GIVEN error         { $$ = MKLIST0BAD(GIVEN, @$, list_new(ps)); };
facts:
    fact                { $$ = list_add(ps, list_new(ps), $1); }
  | facts COMMA fact    { $$ = list_add(ps, $1, $3); };
rows:
    %empty              { $$ = list_new(ps); }
  | rows sync row       { $$ = list_add(ps, $1, $3); }
  | rows error          { $$ = $1; };
row: AFTER NUMBER happenings expects
                        { $$ = MKLIST(ROW, @$, list_join(ps, $3, $4), check_row_time(ps, $2)); };
happenings:
    %empty              { $$ = list_new(ps); }
  | happening_list;
happening_list:
    happening           { $$ = list_add(ps, list_new(ps), $1); }
  | happening_list COMMA happening
                        { $$ = list_add(ps, $1, $3); };
fact: fact_path EQUALS fact_value { $$ = make_fact(ps, $1, $3, @$); };
fact_value: value_or_side;
fact_path: fact_words  { $$ = finish_path(ps, $1, @$); };
fact_words:
    name_but_fill       { $$ = list_add(ps, list_new(ps), make_word(ps, $1, @1)); }
  | fact_words DOT NAME { $$ = list_add(ps, $1, make_word(ps, $3, @3)); };
happening:
    fact
  | FILL size OF path AT sum      { $$ = MK(HAPPEN_FILL, @$, $2, $4, $6); }
  | FILL BUY size OF path AT sum  { $$ = with_op(MK(HAPPEN_FILL, @$, $3, $5, $7), AST_SIDE_BUY); }
  | FILL SELL size OF path AT sum { $$ = with_op(MK(HAPPEN_FILL, @$, $3, $5, $7), AST_SIDE_SELL); }
  | SLOT OPEN of_path   { $$ = with_op(MK(HAPPEN_SLOT, @$, $3), AST_EVENT_SLOT_OPEN); }
  | SLOT CLOSE of_path  { $$ = with_op(MK(HAPPEN_SLOT, @$, $3), AST_EVENT_SLOT_CLOSE); }
  | RESOLVE path        { $$ = MK(HAPPEN_RESOLVE, @$, $2); }
  | REJECT path         { $$ = MK(HAPPEN_REJECT, @$, $2); }
  | fact_path BUY size OF path AT sum
                        { $$ = with_op(MK(HAPPEN_LEADER, @$, $1, $3, $5, $7), AST_LEADER_BUY); }
  | fact_path SELL size OF path AT sum
                        { $$ = with_op(MK(HAPPEN_LEADER, @$, $1, $3, $5, $7), AST_LEADER_SELL); }
  | fact_path SPLIT size of_path
                        { $$ = with_op(MK(HAPPEN_LEADER, @$, $1, $3, $4, NULL), AST_LEADER_SPLIT); }
  | fact_path MERGE size of_path
                        { $$ = with_op(MK(HAPPEN_LEADER, @$, $1, $3, $4, NULL), AST_LEADER_MERGE); };
expects:
    %empty              { $$ = list_new(ps); }
  | expects expect      { $$ = list_add(ps, $1, $2); };
expect: EXPECT outcome  { $$ = $2; $$->place = @$; };
outcome:
    plain_expr          { $$ = expect_value(ps, $1, @$); }
  | SKIP REASON         { $$ = with_op(with_name(MK(EXPECT, @$, NULL, NULL), $2, @2), AST_EXPECT_SKIP); }
  | CLOSE path because  { $$ = with_op(MK(EXPECT, @$, $2, $3), AST_EXPECT_CLOSE); }
  | BUY size OF path because
                        { $$ = expect_order(ps, AST_SIDE_BUY, $2, $4, NULL, NULL, $5, @$, @4); }
  | SELL size OF path because
                        { $$ = expect_order(ps, AST_SIDE_SELL, $2, $4, NULL, NULL, $5, @$, @4); }
  | BUY size OF path AT price modifiers because
                        { $$ = expect_order(ps, AST_SIDE_BUY, $2, $4, $6, $7, $8, @$, @7); }
  | SELL size OF path AT price modifiers because
                        { $$ = expect_order(ps, AST_SIDE_SELL, $2, $4, $6, $7, $8, @$, @7); }
  | BUY ALL OF path because
                        { $$ = expect_order(ps, AST_SIDE_BUY, NULL, $4, NULL, NULL, $5, @$, @4); }
  | SELL ALL OF path because
                        { $$ = expect_order(ps, AST_SIDE_SELL, NULL, $4, NULL, NULL, $5, @$, @4); }
  | BUY ALL OF path AT price modifiers because
                        { $$ = expect_order(ps, AST_SIDE_BUY, NULL, $4, $6, $7, $8, @$, @7); }
  | SELL ALL OF path AT price modifiers because
                        { $$ = expect_order(ps, AST_SIDE_SELL, NULL, $4, $6, $7, $8, @$, @7); };
because:
    %empty              { $$ = NULL; }
  | BECAUSE NAME NAME   { $$ = with_names(MK0(BECAUSE, @$), $2, @2, $3, @3); };

/* ---- written by machines */
layout:
    LAYOUT LBRACE anchors RBRACE       { $$ = MKLIST0(LAYOUT, @$, $3); }
  | LAYOUT error LBRACE anchors RBRACE { $$ = MKLIST0(LAYOUT, @$, $4); };
anchors:
    %empty              { $$ = list_new(ps); }
  | anchors sync anchor { $$ = list_add(ps, $1, $3); }
  | anchors sync EXTRA STRING { $$ = list_add(ps, $1, MK(EXTRA, place_join(@3, @4), $4)); }
  | anchors error       { $$ = $1; };
anchor: anchor_name anchor_id anchor_at { $$ = make_anchor(ps, $1, $2, $3, @$); };
anchor_name:
    name_rest           { $$ = source_span(ps, @$); }
  | anchor_name DOT NAME { $$ = source_span(ps, @$); }
  | anchor_name DOT NUMBER { $$ = source_span(ps, @$); };
anchor_id:
    %empty              { $$ = NULL; }
  | ID STRING           { $$ = $2; };
anchor_at:
    %empty              { $$ = NULL; }
  | AT coordinate COMMA coordinate { $$ = MK(RANGE, @$, $2, $4); };
coordinate:
    NUMBER
  | MINUS NUMBER        { $$ = negated(ps, $2, @$); };

/* ---- values, loosest first */
expr:
    plain_expr
  | BUY                 { $$ = with_op(MK0(SIDE, @$), AST_SIDE_BUY); }
  | SELL                { $$ = with_op(MK0(SIDE, @$), AST_SIDE_SELL); };
plain_expr:
    IF expr THEN expr ELSE expr { $$ = MK(IF, @$, $2, $4, $6); }
  | disj;
disj:
    conj
  | or_terms            { $$ = make_chain(ps, NODE_OR, $1, @$); };
or_terms:
    conj OR conj        { $$ = list_add(ps, list_add(ps, list_new(ps), $1), $3); }
  | or_terms OR conj    { $$ = list_add(ps, $1, $3); };
conj:
    neg
  | and_terms           { $$ = make_chain(ps, NODE_AND, $1, @$); };
and_terms:
    neg AND neg         { $$ = list_add(ps, list_add(ps, list_new(ps), $1), $3); }
  | and_terms AND neg   { $$ = list_add(ps, $1, $3); };
neg:
    NOT neg             { $$ = MK(NOT, @$, $2); }
  | relation;
relation:
    relation_body
  | relation_body FOR primary { $$ = MK(FOR, @$, $1, $3); };
relation_body:
    fallback
  | fallback LESS fallback       { $$ = with_op(MK(CMP, @$, $1, $3), AST_CMP_LT); }
  | fallback LESS_EQ fallback    { $$ = with_op(MK(CMP, @$, $1, $3), AST_CMP_LE); }
  | fallback GREATER fallback    { $$ = with_op(MK(CMP, @$, $1, $3), AST_CMP_GT); }
  | fallback GREATER_EQ fallback { $$ = with_op(MK(CMP, @$, $1, $3), AST_CMP_GE); }
  | fallback IS is_right         { $$ = MK(IS, @$, $1, $3); }
  | fallback IS NOT is_right     { $$ = with_flag(MK(IS, @$, $1, $4), NF_NOT); }
  | fallback BETWEEN fallback AND fallback { $$ = MK(BETWEEN, @$, $1, $3, $5); }
  | fallback IN domain           { $$ = MK(IN, @$, $1, $3); }
  | fallback NOT IN domain       { $$ = with_flag(MK(IN, @$, $1, $4), NF_NOT); }
  | fallback CROSSES ABOVE fallback { $$ = with_op(MK(CROSSES, @$, $1, $4), AST_CROSSES_ABOVE); }
  | fallback CROSSES BELOW fallback { $$ = with_op(MK(CROSSES, @$, $1, $4), AST_CROSSES_BELOW); };
is_right: choice_side | fallback;
%type <node> choice_side;
choice_side:
    BUY                 { $$ = with_op(MK0(SIDE, @$), AST_SIDE_BUY); }
  | SELL                { $$ = with_op(MK0(SIDE, @$), AST_SIDE_SELL); };
value_or_side: choice_side | sum;
fallback:
    sum
  | sum OTHERWISE fallback { $$ = MK(OTHERWISE, @$, $1, $3); };
sum:
    product
  | sum PLUS product    { $$ = with_op(MK(BINARY, @$, $1, $3), AST_ADD); }
  | sum MINUS product   { $$ = with_op(MK(BINARY, @$, $1, $3), AST_SUB); };
product:
    unary
  | product TIMES unary  { $$ = with_op(MK(BINARY, @$, $1, $3), AST_MUL); }
  | product DIVIDE unary { $$ = with_op(MK(BINARY, @$, $1, $3), AST_DIV); }
  | product OF unary     { $$ = with_op(MK(BINARY, @$, $1, $3), AST_OF); };
unary:
    MINUS unary         { $$ = MK(NEG, @$, $2); }
  | postfix;
postfix:
    primary
  | postfix EVERY primary { $$ = MK(EVERY, @$, $1, $3); }
  | postfix ACROSS SLOTS  { $$ = MK(ACROSS, @$, $1); };
primary:
    literal | path
  | name LPAREN RPAREN  { $$ = with_name(MKLIST0(CALL, @$, list_new(ps)), $1, @1); }
  | name LPAREN exprs RPAREN { $$ = with_name(MKLIST0(CALL, @$, $3), $1, @1); }
  | name LPAREN expr COLON expr RPAREN { $$ = make_fold(ps, $1, @1, $3, $5, @$); }
  | ANY LPAREN expr COLON expr RPAREN { $$ = make_fold(ps, word(ps, "any"), @1, $3, $5, @$); }
  | ALL LPAREN expr COLON expr RPAREN { $$ = make_fold(ps, word(ps, "all"), @1, $3, $5, @$); }
  | LPAREN expr RPAREN  { $$ = with_flag($2, NF_BRACKETS); };
literal:
    NUMBER
  | NUMBER SHARES       { $$ = counted(ps, $1, NUM_SHARES, @$); }
  | NUMBER COINS        { $$ = counted(ps, $1, NUM_COINS, @$); }
  | TRUE                { $$ = with_op(MK0(BOOL, @$), 1); }
  | FALSE               { $$ = with_op(MK0(BOOL, @$), 0); };
exprs:
    expr                { $$ = list_add(ps, list_new(ps), $1); }
  | exprs COMMA expr    { $$ = list_add(ps, $1, $3); };
range: sum DOTDOT sum   { $$ = MK(RANGE, @$, $1, $3); };
choices: LBRACKET choice_list RBRACKET { $$ = MKLIST0(CHOICES, @$, $2); };
choice_list:
    choice              { $$ = list_add(ps, list_new(ps), $1); }
  | choice_list COMMA choice { $$ = list_add(ps, $1, $3); };
choice: value_or_side;
path: path_words        { $$ = finish_path(ps, $1, @$); };
path_words:
    name                { $$ = list_add(ps, list_new(ps), make_word(ps, $1, @1)); }
  | path_words DOT NAME { $$ = list_add(ps, $1, make_word(ps, $3, @3)); };

name: name_but_fill | FILL;
name_but_fill: name_rest | ID;
name_rest:
    NAME | ASK | BECAUSE | BID | COINS | COOLDOWN | DAY | DRAWDOWN | ENTRY | EXIT | EXPOSURE | EXTRA
  | FOREVER | GOOD | GROUPED | HOLD | HOUR | KEEP | LEVERAGE | LOSS | MAX | NEVER | NO | NOTHING
  | NOW | ONLY | OPEN | PIN | POSITION | POST | PROFIT | REFRESH | REJECT | RESOLUTION | RESOLVE | RUN
  | SHARES | SIZE | SKIP | SLOT | STALE | START | STOP | TAKE | TICK | TIME | TO | TRADES | TRAILING
  | UNWIND | WEEK;

%%

/* Symbols of the generated tables, as tokens. */
static int token_of(yysymbol_kind_t symbol)
{
    switch (symbol) {
#define WORD(spelling, token, flags, hint)                                                         \
    case YYSYMBOL_##token: return TOK_##token;
#define MARK(spelling, token)                                                                      \
    case YYSYMBOL_##token: return TOK_##token;
#include "compiler/source/tokens.def"
#undef WORD
#undef MARK
    case YYSYMBOL_NAME: return TOK_NAME;
    case YYSYMBOL_REASON: return TOK_REASON;
    case YYSYMBOL_NUMBER: return TOK_NUMBER;
    case YYSYMBOL_STRING: return TOK_STRING;
    default: return TOK_YYEOF;
    }
}

static int yyreport_syntax_error(const yypcontext_t *context, Parser *ps)
{
    yysymbol_kind_t symbols[YYNTOKENS];
    int tokens[YYNTOKENS];
    int n = yypcontext_expected_tokens(context, symbols, YYNTOKENS);

    for (int i = 0; i < n; i++)
        tokens[i] = token_of(symbols[i]);
    parser_report(ps, tokens, n > 0 ? (size_t)n : 0);
    parser_plan_recovery(ps);
    return 0;
}

static int grammar_lex(GRAMMAR_STYPE *value, Place *at, Parser *ps)
{
    Token t = parser_token(ps);

    *at = t.place;
    if (t.kind == TOK_NUMBER || t.kind == TOK_STRING)
        value->node = t.node;
    else
        value->span = t.span;
    return t.kind;
}

/* Called when the stack may not grow; parse_file says so. */
static void grammar_error(Place *at, Parser *ps, const char *what)
{
    (void)at;
    (void)what;
    ps->is_stopped = true;
}
