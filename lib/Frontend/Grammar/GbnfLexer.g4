//===- GbnfLexer.g4 - The tokens of GBNF and EBNF grammars ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One lexer for both dialects; where they differ is decided behind it.
//
// Literals and classes are read in modes of their own, piece by piece, and put
// together by Lexemes.cpp: it knows whether they may go over the end of a line.
// What is inside them (escapes, ranges) has its own rules, which Terminals.cpp
// reads, and whose mistakes it places exactly.
//
// STRAY matches what nothing else does: the lexer never fails. Nothing here looks
// further ahead than the token it finds, but for the last quote of a line, which may
// look to the line's end: so it takes linear time. And nothing is a semantic
// predicate: the runtime loses memory at each one that says no.
//
//===----------------------------------------------------------------------===//
lexer grammar GbnfLexer;

tokens {
  // Whole terminals, put together from their pieces.
  LITERAL, CLASS,
  // A NAME that is a function of the EBNF dialect, such as TagDispatch; found
  // after lexing (Layout.cpp), since GBNF has rules of these names.
  MACRO
}

ASSIGN       : '::=' ;
OR           : '|' ;
OPEN         : '(' ;
LOOKAHEAD    : '(=' ;
CLOSE        : ')' ;

OPTIONAL     : '?' ;
STAR         : '*' ;
PLUS         : '+' ;
OPEN_BOUNDS  : '{' ;
COMMA        : ',' ;
CLOSE_BOUNDS : '}' ;

EQUALS       : '=' ;               // in the arguments of macros only
ANY          : '.' ;

NUMBER       : [0-9]+ ;            // a bound, or a rule's name in GBNF
NAME         : [a-zA-Z0-9_\-]+ ;    // EBNF's dots are joined to it afterwards

LITERAL_BEGIN  : '"' -> pushMode(IN_LITERAL) ;
CLASS_BEGIN    : '[' -> pushMode(IN_CLASS) ;

TOKEN          : '<' ~[>\r\n]* '>' ;
NOT_TOKEN      : '!<' ~[>\r\n]* '>' ;
UNCLOSED_TOKEN : '!'? '<' ~[>\r\n]* ;

NEWLINE      : '\r' '\n'? | '\n' ;
WHITESPACE   : [ \t]+      -> skip ;
COMMENT      : '#' ~[\r\n]* -> skip ;

// Not a literal in these languages, but often written for one.
QUOTED       : '\'' ~['\r\n]* '\'' -> type(STRAY) ;
STRAY        : . ;

mode IN_LITERAL ;

LITERAL_END    : '"' -> popMode ;
LITERAL_TEXT   : ( ~["\\\r\n] | '\\' ~[\r\n] )+ ;
LITERAL_BREAK  : '\\'? [\r\n] ;
LITERAL_SLASH  : '\\' ;              // the last character of the text

mode IN_CLASS ;

CLASS_END      : ']' -> popMode ;
CLASS_TEXT     : ( ~[\]\\\r\n] | '\\' ~[\r\n] )+ ;
CLASS_BREAK    : '\\'? [\r\n] ;
CLASS_SLASH    : '\\' ;
