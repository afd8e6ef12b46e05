#pragma once
/* What a technician or an auditor asks the program on the command line. Each prints its finding to standard output and
 * returns the program's exit status. */
#include <stdbool.h>

/* Every fault as "file:line: rule", of the facts and, if there is one, of the training overlay. 0: none, 1: some. */
int counter_tool_check_catalogue(const char *folder);
/* Kinds, forms, channels and fees as a table. */
int counter_tool_print_catalogue(const char *folder, bool training);
/* Walk the audit chain of a store or a copy of it. 0: it holds, 1: the first row that does not is named. */
int counter_tool_verify_log(const char *store);
