// A key of a terminal, or an interrupt, whichever comes first. A SIGINT that comes just before a
// plain read would be noticed only at the next key.
#pragma once

namespace ashlar::cli {

// The next character (as the locale's multibyte encoding has it) from `terminal`: 1 and `key` set;
// 0 at the end; -1 on an error with errno, which is EINTR when `interrupt` is readable. Bytes that
// are no character are left out. `interrupt` may be negative: none.
int read_key(int terminal, int interrupt, wchar_t& key);

}  // namespace ashlar::cli
