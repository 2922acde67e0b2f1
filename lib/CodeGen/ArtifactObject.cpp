//===- ArtifactObject.cpp - Artifacts as object files -----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sections, a symbol, its bytes: LLVM's assemblers (MC) are all it takes. The code
// generators above them would bring a pass manager along, whose options have the names of
// ours, and 20 MB.
//
//===----------------------------------------------------------------------===//
#include "weir/CodeGen/ArtifactObject.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCAsmBackend.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCObjectFileInfo.h"
#include "llvm/MC/MCObjectWriter.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormattedStream.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>

namespace weir::codegen {

namespace {

/// More than opening asks for: a cache line.
constexpr uint64_t SymbolAlignment = 64;

void initialiseTargets() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  LLVMInitializeAArch64TargetInfo();
  LLVMInitializeAArch64TargetMC();
}

llvm::StringRef asString(std::span<const uint8_t> Bytes) {
  return {reinterpret_cast<const char *>(Bytes.data()), Bytes.size()};
}

/// LLVM IR: one constant. Programs that compile it choose the target's details.
std::string emitIr(std::span<const uint8_t> Image, const std::string &Triple,
                   const std::string &Name) {
  llvm::LLVMContext Context;
  llvm::Module M("artifact", Context);
  M.setTargetTriple(Triple);
  llvm::Constant *Bytes =
      llvm::ConstantDataArray::get(Context, llvm::ArrayRef<uint8_t>(Image.data(), Image.size()));
  auto *Symbol = new llvm::GlobalVariable(M, Bytes->getType(), /*isConstant=*/true,
                                          llvm::GlobalValue::ExternalLinkage, Bytes, Name);
  Symbol->setAlignment(llvm::Align(SymbolAlignment));
  std::string Out;
  llvm::raw_string_ostream Stream(Out);
  M.print(Stream, nullptr);
  return Out;
}

/// Everything but the streamer, which is of one form or the other.
void emitSymbol(llvm::MCStreamer &S, llvm::MCContext &Context, const llvm::Triple &Triple,
                const llvm::MCSubtargetInfo &Subtarget, std::span<const uint8_t> Image,
                const std::string &Name) {
  const llvm::MCAsmInfo &Asm = *Context.getAsmInfo();
  S.initSections(/*NoExecStack=*/false, Subtarget);
  S.switchSection(Context.getObjectFileInfo()->getReadOnlySection());
  const bool Underscore = Triple.isOSBinFormatMachO();
  llvm::MCSymbol *Symbol = Context.getOrCreateSymbol((Underscore ? "_" : "") + Name);
  S.emitSymbolAttribute(Symbol, llvm::MCSA_Global);
  if (Triple.isOSBinFormatELF())
    S.emitSymbolAttribute(Symbol, llvm::MCSA_ELF_TypeObject);
  S.emitValueToAlignment(llvm::Align(SymbolAlignment));
  S.emitLabel(Symbol);
  S.emitBytes(asString(Image));
  if (Triple.isOSBinFormatELF())
    S.emitELFSize(Symbol, llvm::MCConstantExpr::create(int64_t(Image.size()), Context));
  if (llvm::MCSection *NoExec = Asm.getNonexecutableStackSection(Context))
    S.switchSection(NoExec);
  S.finish();
}

bool isLetter(char C) { return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z'); }
bool isDigit(char C) { return C >= '0' && C <= '9'; }

} // namespace

bool isSymbol(std::string_view Name) {
  if (Name.empty() || !isLetter(Name[0]))
    return false;
  for (char C : Name)
    if (!isLetter(C) && !isDigit(C) && C != '_')
      return false;
  return true;
}

std::string symbolFor(std::string_view Path) {
  Path.remove_prefix(std::min(Path.size(), Path.find_last_of("/\\") + 1));
  std::string Out = "weir_";
  for (char C : Path.substr(0, Path.find('.')))
    Out += isLetter(C) || isDigit(C) ? C : '_';
  return Out;
}

Result<std::string> emitArtifact(std::span<const uint8_t> Image, const ObjectOptions &Options) {
  if (!isSymbol(Options.Symbol))
    return Error{Status::InvalidArgument, "'" + Options.Symbol +
                                              "' is no symbol: letters, digits "
                                              "and underscores, a letter first"};
  initialiseTargets();
  const std::string Triple = llvm::Triple::normalize(
      Options.Triple.empty() ? llvm::sys::getDefaultTargetTriple() : Options.Triple);
  std::string Why;
  const llvm::Target *Target = llvm::TargetRegistry::lookupTarget(Triple, Why);
  if (!Target)
    return Error{Status::NotFound, "no target '" + Triple + "': x86_64 and aarch64 are built in"};
  if (Options.Form == ObjectForm::Ir)
    return emitIr(Image, Triple, Options.Symbol);

  const llvm::Triple T(Triple);
  const llvm::MCTargetOptions McOptions;
  std::unique_ptr<const llvm::MCRegisterInfo> Registers(Target->createMCRegInfo(Triple));
  std::unique_ptr<const llvm::MCAsmInfo> Asm(
      Target->createMCAsmInfo(*Registers, Triple, McOptions));
  std::unique_ptr<const llvm::MCSubtargetInfo> Subtarget(
      Target->createMCSubtargetInfo(Triple, "", ""));
  std::unique_ptr<const llvm::MCInstrInfo> Instructions(Target->createMCInstrInfo());
  llvm::MCContext Context(T, Asm.get(), Registers.get(), Subtarget.get());
  std::unique_ptr<const llvm::MCObjectFileInfo> Sections(
      Target->createMCObjectFileInfo(Context, /*PIC=*/true));
  Context.setObjectFileInfo(Sections.get());

  llvm::SmallVector<char, 0> Buffer;
  llvm::raw_svector_ostream Stream(Buffer);
  std::unique_ptr<llvm::MCStreamer> Streamer;
  if (Options.Form == ObjectForm::Assembly) {
    Streamer.reset(Target->createAsmStreamer(
        Context, std::make_unique<llvm::formatted_raw_ostream>(Stream),
        Target->createMCInstPrinter(T, Asm->getAssemblerDialect(), *Asm, *Instructions, *Registers),
        nullptr, nullptr));
  } else {
    std::unique_ptr<llvm::MCAsmBackend> Backend(
        Target->createMCAsmBackend(*Subtarget, *Registers, McOptions));
    std::unique_ptr<llvm::MCObjectWriter> Writer = Backend->createObjectWriter(Stream);
    Streamer.reset(Target->createMCObjectStreamer(
        T, Context, std::move(Backend), std::move(Writer),
        std::unique_ptr<llvm::MCCodeEmitter>(Target->createMCCodeEmitter(*Instructions, Context)),
        *Subtarget));
  }
  emitSymbol(*Streamer, Context, T, *Subtarget, Image, Options.Symbol);
  Streamer.reset(); // flushes
  return std::string(Buffer.begin(), Buffer.end());
}

} // namespace weir::codegen
