/*===- WeirModule.c - Weir as a module of CPython, for compare.py -----------===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.           *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                     *|
|*                                                                            *|
|* The other engines are extension modules, whose calls cost a tenth of what   *|
|* ctypes takes. So that all are called the same way, the few functions that   *|
|* are timed stand here as methods over the C API.                             *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "weir-c/Compiler.h"
#include "weir-c/Runtime.h"

static PyObject *Refused;

static PyObject *refuse(const char *What, weir_status Status) {
  return PyErr_Format(Refused, "%s: %s", What, weir_status_name(Status));
}

/* Engine(path of the vocabulary's image) */
typedef struct {
  PyObject_HEAD weir_compiler *Compiler;
  weir_vocabulary *Vocabulary;
  weir_tables *Tables;
  uint32_t Bits;
} Engine;

/* What an engine's compile gives. */
typedef struct {
  PyObject_HEAD weir_grammar *Value;
} Grammar;

/* What an engine's matcher gives. */
typedef struct {
  PyObject_HEAD weir_matcher *Value;
  uint32_t Bits;
} Matcher;

static PyTypeObject EngineType, GrammarType, MatcherType;

static void freeEngine(PyObject *Self) {
  Engine *E = (Engine *)Self;
  weir_tables_release(E->Tables);
  weir_vocabulary_release(E->Vocabulary);
  weir_compiler_destroy(E->Compiler);
  Py_TYPE(Self)->tp_free(Self);
}

static void freeGrammar(PyObject *Self) {
  weir_grammar_release(((Grammar *)Self)->Value);
  Py_TYPE(Self)->tp_free(Self);
}

static void freeMatcher(PyObject *Self) {
  weir_matcher_destroy(((Matcher *)Self)->Value);
  Py_TYPE(Self)->tp_free(Self);
}

static PyObject *newEngine(PyTypeObject *Type, PyObject *Args, PyObject *Keywords) {
  const char *Path;
  Py_ssize_t Size;
  (void)Keywords;
  if (!PyArg_ParseTuple(Args, "s#", &Path, &Size))
    return NULL;
  Engine *E = (Engine *)Type->tp_alloc(Type, 0);
  if (!E)
    return NULL;
  weir_message None = {0};
  weir_status Status = weir_compiler_create(&E->Compiler);
  if (Status == WEIR_OK)
    Status = weir_vocabulary_open_file(Path, (size_t)Size, &E->Vocabulary, None);
  if (Status == WEIR_OK)
    Status = weir_tables_create(E->Vocabulary, 0, &E->Tables);
  if (Status == WEIR_OK)
    Status = weir_tables_prepare(E->Tables);
  if (Status != WEIR_OK) {
    Py_DECREF(E);
    return refuse("engine", Status);
  }
  E->Bits = weir_vocabulary_size(E->Vocabulary);
  return (PyObject *)E;
}

static PyObject *compile(PyObject *Self, PyObject *Text) {
  Engine *E = (Engine *)Self;
  Py_ssize_t Size;
  const char *Bytes = PyUnicode_AsUTF8AndSize(Text, &Size);
  if (!Bytes)
    return NULL;
  Grammar *G = (Grammar *)GrammarType.tp_alloc(&GrammarType, 0);
  if (!G)
    return NULL;
  weir_diagnostics *Diagnostics = NULL;
  weir_status Status = weir_compile(E->Compiler, WEIR_JSON_SCHEMA, Bytes, (size_t)Size, NULL,
                                    &G->Value, &Diagnostics);
  weir_diagnostics_destroy(Diagnostics);
  if (Status == WEIR_OK)
    return (PyObject *)G;
  Py_DECREF(G);
  return refuse("schema", Status);
}

static PyObject *matcher(PyObject *Self, PyObject *Of) {
  Engine *E = (Engine *)Self;
  if (!Py_IS_TYPE(Of, &GrammarType)) {
    PyErr_SetString(PyExc_TypeError, "a grammar is wanted");
    return NULL;
  }
  Matcher *M = (Matcher *)MatcherType.tp_alloc(&MatcherType, 0);
  if (!M)
    return NULL;
  weir_message None = {0};
  M->Bits = E->Bits;
  weir_status Status = weir_matcher_create(((Grammar *)Of)->Value, E->Vocabulary, E->Tables, NULL,
                                           &M->Value, None);
  if (Status == WEIR_OK)
    return (PyObject *)M;
  Py_DECREF(M);
  return refuse("matcher", Status);
}

static PyObject *forget(PyObject *Self, PyObject *Unused) {
  (void)Unused;
  weir_tables_clear(((Engine *)Self)->Tables);
  Py_RETURN_NONE;
}

/* fill(address of a row): the mask of the next token. The row has weir_row_words(tokens) words. */
static PyObject *fill(PyObject *Self, PyObject *Address) {
  Matcher *M = (Matcher *)Self;
  uint32_t *Row = PyLong_AsVoidPtr(Address);
  if (!Row && PyErr_Occurred())
    return NULL;
  weir_status Status =
      weir_matcher_fill_mask(M->Value, Row, weir_row_words(M->Bits), M->Bits, NULL);
  if (Status != WEIR_OK)
    return refuse("mask", Status);
  Py_RETURN_NONE;
}

static PyObject *acceptToken(PyObject *Self, PyObject *Token) {
  const unsigned long Id = PyLong_AsUnsignedLong(Token);
  if (Id == (unsigned long)-1 && PyErr_Occurred())
    return NULL;
  return PyBool_FromLong(weir_matcher_accept(((Matcher *)Self)->Value, (uint32_t)Id) == WEIR_OK);
}

static PyObject *isTerminated(PyObject *Self, PyObject *Unused) {
  (void)Unused;
  return PyBool_FromLong(weir_matcher_is_terminated(((Matcher *)Self)->Value));
}

static PyMethodDef EngineMethods[] = {{"compile", compile, METH_O, "A schema's grammar."},
                                      {"matcher", matcher, METH_O, "A matcher of a grammar."},
                                      {"forget", forget, METH_NOARGS, "Drops the tables."},
                                      {NULL, NULL, 0, NULL}};
static PyMethodDef MatcherMethods[] = {
    {"fill", fill, METH_O, "Writes the mask at an address."},
    {"accept", acceptToken, METH_O, "Takes a token."},
    {"is_terminated", isTerminated, METH_NOARGS, "Whether a stop token was taken."},
    {NULL, NULL, 0, NULL}};

static PyTypeObject EngineType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "weir_peer.Engine",
                                  .tp_basicsize = sizeof(Engine),
                                  .tp_flags = Py_TPFLAGS_DEFAULT,
                                  .tp_new = newEngine,
                                  .tp_dealloc = freeEngine,
                                  .tp_methods = EngineMethods};
static PyTypeObject GrammarType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "weir_peer.Grammar",
                                   .tp_basicsize = sizeof(Grammar),
                                   .tp_flags = Py_TPFLAGS_DEFAULT,
                                   .tp_dealloc = freeGrammar};
static PyTypeObject MatcherType = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "weir_peer.Matcher",
                                   .tp_basicsize = sizeof(Matcher),
                                   .tp_flags = Py_TPFLAGS_DEFAULT,
                                   .tp_dealloc = freeMatcher,
                                   .tp_methods = MatcherMethods};

static struct PyModuleDef Module = {PyModuleDef_HEAD_INIT, .m_name = "weir_peer", .m_size = -1};

PyMODINIT_FUNC PyInit_weir_peer(void) {
  if (PyType_Ready(&EngineType) < 0 || PyType_Ready(&GrammarType) < 0 ||
      PyType_Ready(&MatcherType) < 0)
    return NULL;
  PyObject *M = PyModule_Create(&Module);
  Refused = PyErr_NewException("weir_peer.Refused", NULL, NULL);
  if (M && Refused && PyModule_AddObjectRef(M, "Engine", (PyObject *)&EngineType) == 0 &&
      PyModule_AddObjectRef(M, "Refused", Refused) == 0)
    return M;
  Py_XDECREF(M);
  return NULL;
}
