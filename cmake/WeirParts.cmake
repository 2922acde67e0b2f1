#===- WeirParts.cmake - The layers, and the order of the parts --------------------------------===#
#
# A part may use parts of its own layer or a lower one, and of its own rank or a lower one, never in
# a cycle. A part that is not listed is held to its layer only.
#
#     Support <- Diag <- JSON <- IR <- { Automata, Transforms } <- { frontends, VocabReaders }
#             <- Lower <- Driver <- Service <- CAPI
#     Support <- { Vocab, Artifact, Runtime } <- Lower
#
#===--------------------------------------------------------------------------------------------===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(WEIR_LAYERS runtime compiler languages tools)

function(weir_rank Rank)
  foreach(Part IN LISTS ARGN)
    set(WEIR_RANK_${Part} ${Rank} PARENT_SCOPE)
  endforeach()
endfunction()

weir_rank(0 Support)
weir_rank(10 Vocab Artifact Runtime)
weir_rank(20 Diag)
weir_rank(25 JSON)
weir_rank(30 IR)
weir_rank(40 Automata Transforms Oracle)
weir_rank(45 Formats Regex JSONSchema VocabReaders)
weir_rank(50 Lower)
weir_rank(60 Driver)
weir_rank(65 GrammarLang Service)
weir_rank(70 CAPI CodeGen)
