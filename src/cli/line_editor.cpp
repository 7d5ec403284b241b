#include "cli/line_editor.h"

#include <fmt/format.h>
#include <histedit.h>
#include <langinfo.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "cli/interrupt.h"
#include "cli/key_reader.h"
#include "cli/terminal.h"

namespace ashlar::cli {
namespace {

constexpr int kHistoryLines = 1000;

// libedit decodes keys by the locale: text is UTF-8 here even where the environment says nothing.
void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace

struct LineEditor::State {
  std::filesystem::path history_file;
  EditLine* editor = nullptr;
  History* history = nullptr;
  HistEvent event = {};
  std::string prompt;
  const Interrupt* interrupt = nullptr;  // of the read that is on

  static char* show_prompt(EditLine* editor) {
    State* state = nullptr;
    el_get(editor, EL_CLIENTDATA, &state);
    return state->prompt.data();
  }
  static int next_key(EditLine* editor, wchar_t* key) {
    State* state = nullptr;
    el_get(editor, EL_CLIENTDATA, &state);
    return read_key(STDIN_FILENO, state->interrupt->descriptor(), *key);
  }
};

LineEditor::LineEditor(std::filesystem::path history_file) : state_(std::make_unique<State>()) {
  use_utf8();
  state_->history_file = std::move(history_file);
  state_->history = history_init();
  history(state_->history, &state_->event, H_SETSIZE, kHistoryLines);
  history(state_->history, &state_->event, H_SETUNIQUE, 1);
  history(state_->history, &state_->event, H_LOAD, state_->history_file.c_str());

  state_->editor = el_init("ashlar", stdin, stdout, stderr);
  el_set(state_->editor, EL_CLIENTDATA, state_.get());
  el_set(state_->editor, EL_PROMPT, &State::show_prompt);
  el_set(state_->editor, EL_GETCFN, &State::next_key);
  el_set(state_->editor, EL_EDITOR, "emacs");
  el_set(state_->editor, EL_HIST, history, state_->history);
  el_set(state_->editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  // A Ctrl-D typed while an answer came: the terminal, not the editor, had it and made it a NUL.
  el_set(state_->editor, EL_BIND, "^@", "ed-end-of-file", nullptr);
  el_source(state_->editor, nullptr);  // the user's own ~/.editrc
}

LineEditor::~LineEditor() {
  el_end(state_->editor);
  history_end(state_->history);
}

LineEditor::Outcome LineEditor::read(const std::string& prompt, std::string& line) {
  state_->prompt = prompt;
  Interrupt interrupt(Interrupt::Second::is_ignored);
  state_->interrupt = &interrupt;
  el_set(state_->editor, EL_PREP_TERM, 1);  // before the prompt shows, for who types at once
  int count = 0;
  errno = 0;
  const char* text = el_gets(state_->editor, &count);
  // The request comes by another thread: the cut read is known first.
  if (interrupt.requested() || (!text && errno == EINTR)) {
    el_reset(state_->editor);
    put("\n");
    return Outcome::interrupted;
  }
  if (!text || count <= 0) return Outcome::end;
  line.assign(text, static_cast<std::size_t>(count));
  if (line.ends_with('\n')) line.pop_back();
  return Outcome::line;
}

Status LineEditor::remember(const std::string& line) {
  const std::filesystem::path& file = state_->history_file;
  history(state_->history, &state_->event, H_ENTER, line.c_str());
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  const std::filesystem::path fresh = file.string() + ".new";
  if (history(state_->history, &state_->event, H_SAVE, fresh.c_str()) < 0)
    return fail(ErrorKind::io, "the chat's history is not kept", file.string(),
                "make the folder writable, or set ASHLAR_HOME");
  std::filesystem::rename(fresh, file, error);
  if (error)
    return fail(ErrorKind::io, fmt::format("the chat's history is not kept: {}", error.message()),
                file.string(), "make the folder writable, or set ASHLAR_HOME");
  return {};
}

}  // namespace ashlar::cli
