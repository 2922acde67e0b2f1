//===- GbnfLexer.g4 - The tokens of GBNF and EBNF grammars ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One lexer for both dialects; what they disagree on are two switches below.
//
// Literals, classes and token references are one token each. Their inside has
// its own rules (escapes, ranges), which Terminals.cpp reads, and whose mistakes
// it places exactly. Each has an UNCLOSED twin that matches when the end mark is
// missing, so that no character is ever scanned twice in vain, and STRAY matches
// any other character: the lexer never fails and takes linear time.
//
//===----------------------------------------------------------------------===//
lexer grammar GbnfLexer;

@members {
  // Literals and classes may hold raw line breaks (llama.cpp's GBNF lets them).
  bool LinesInTerminals = true;
  // A dot is a letter of names (XGrammar's EBNF) rather than "any character".
  bool DotsInNames = false;
}

tokens {
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
NAME         : ( [a-zA-Z0-9_\-] | '.' {DotsInNames}? )+ ;

LITERAL           : '"' LiteralPart* '"' ;
UNCLOSED_LITERAL  : '"' LiteralPart* '\\'? ;
CLASS             : '[' ClassPart* ']' ;
UNCLOSED_CLASS    : '[' ClassPart* '\\'? ;

TOKEN             : '<' ~[>\r\n]* '>' ;
NOT_TOKEN         : '!<' ~[>\r\n]* '>' ;
UNCLOSED_TOKEN    : '!'? '<' ~[>\r\n]* ;

NEWLINE      : '\r' '\n'? | '\n' ;
WHITESPACE   : [ \t]+      -> skip ;
COMMENT      : '#' ~[\r\n]* -> skip ;

// Not a literal in these languages, but often written for one.
QUOTED       : '\'' ~['\r\n]* '\'' -> type(STRAY) ;
STRAY        : . ;

fragment LiteralPart : ~["\\\r\n] | '\\' ~[\r\n] | '\\'? LineBreak ;
fragment ClassPart   : ~[\]\\\r\n] | '\\' ~[\r\n] | '\\'? LineBreak ;
fragment LineBreak   : [\r\n] {LinesInTerminals}? ;
