/* SPDX-License-Identifier: Apache-2.0 */
#include "nixl_symbols.h"

#include <dlfcn.h>

struct nixl_symbols nixl;

const char* nixl_open(const char* path) {
    /* Local: the names of what NIXL brings along, gRPC among them, must not meet those of others in this process. */
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        return dlerror();
    }
    struct nixl_symbols found;
#define X(name)                                                            \
    found.name = (__typeof__(found.name))dlsym(library, "nixl_capi_" #name); \
    if (found.name == NULL) {                                              \
        return dlerror();                                                  \
    }
    NIXL_FUNCTIONS(X)
#undef X
    nixl = found;
    return NULL;
}
