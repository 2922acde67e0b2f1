//===- GbnfParser.g4 - One rule of a GBNF or EBNF grammar -----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grammar is a list of rules; Layout.cpp cuts the tokens at the places where
// rules begin, and balances the parentheses, before this parser sees them. So
// the end of a rule is EOF here, and a mistake spoils one rule only.
//
// Every choice is made on one token. ANTLR then writes plain switches, without
// its prediction engine: no cache that grows, no input on which it is slow. A
// test looks for it in the parser's caches.
//
// `misplaced`, and the quantifiers that open a `sequence`, are mistakes; they are
// in the grammar so that each of them is reported, not only a rule's first.
//
//===----------------------------------------------------------------------===//
parser grammar GbnfParser;

options { tokenVocab = GbnfLexer; }

definition   : ruleName ASSIGN alternatives EOF ;
ruleName     : NAME | NUMBER | MACRO ;

alternatives : sequence ( OR sequence )* ;
sequence     : quantifier* repetition* ;
repetition   : item quantifier* ;

quantifier   : OPTIONAL
             | STAR
             | PLUS
             | OPEN_BOUNDS bound ( COMMA bound? )? CLOSE_BOUNDS
             ;
bound        : NUMBER | NAME ;

item         : reference
             | LITERAL
             | CLASS
             | ANY
             | TOKEN
             | NOT_TOKEN
             | group
             | lookahead
             | macro
             | misplaced
             ;
reference    : NAME | NUMBER ;
group        : OPEN alternatives CLOSE ;
lookahead    : LOOKAHEAD alternatives CLOSE ;
misplaced    : ASSIGN | COMMA | CLOSE_BOUNDS | EQUALS ;

// EBNF only: Token(1, 2), TagDispatch(("<tool>", tool), loop_after_dispatch=false)
macro        : MACRO OPEN ( argument ( COMMA argument? )* )? CLOSE ;
argument     : value ( EQUALS value )? ;
value        : LITERAL
             | NUMBER
             | NAME
             | MACRO
             | OPEN ( value ( COMMA value? )* )? CLOSE
             ;
