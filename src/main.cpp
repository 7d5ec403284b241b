#include "cli/verb.h"

int main(int argc, char** argv) {
  return ashlar::cli::main(argc, argv);
}
