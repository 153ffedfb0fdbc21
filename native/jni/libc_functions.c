/* SPDX-License-Identifier: Apache-2.0 */
/* The other native methods of JniNixl: loading NIXL, libc's functions, and buffers. */
#include "dev_penstock_adapter_nixl_jni_JniNixl.h"
#include "nixl_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Static_assert(sizeof(void*) == sizeof(jlong) && sizeof(size_t) == sizeof(jlong), "addresses and sizes have 64 bits");
_Static_assert(sizeof(int) == sizeof(jint), "an int has 32 bits");

#define AT(address) ((void*)(uintptr_t)(address))
#define METHOD(result, name) JNIEXPORT result JNICALL Java_dev_penstock_adapter_nixl_jni_JniNixl_##name

/* The path ends with NUL. Answers why NIXL can't be loaded, as the bytes that the loader wrote, or NULL. */
METHOD(jbyteArray, load)(JNIEnv* env, jclass type, jbyteArray path) {
    jbyte* bytes = (*env)->GetByteArrayElements(env, path, NULL);
    if (bytes == NULL) {
        return NULL; /* with an OutOfMemoryError pending */
    }
    const char* problem = nixl_open((const char*)bytes);
    (*env)->ReleaseByteArrayElements(env, path, bytes, JNI_ABORT);
    if (problem == NULL) {
        return NULL;
    }
    jsize length = (jsize)strlen(problem);
    jbyteArray text = (*env)->NewByteArray(env, length);
    if (text != NULL) {
        (*env)->SetByteArrayRegion(env, text, 0, length, (const jbyte*)problem);
    }
    return text;
}

METHOD(jint, setenv)(JNIEnv* env, jobject self, jlong name, jlong value, jint overwrite) {
    return setenv(AT(name), AT(value), overwrite);
}

METHOD(void, free)(JNIEnv* env, jobject self, jlong address) {
    free(AT(address));
}

METHOD(void, memcpy)(JNIEnv* env, jobject self, jlong to, jlong from, jlong lengthBytes) {
    memcpy(AT(to), AT(from), (size_t)lengthBytes);
}

METHOD(jlong, strlen)(JNIEnv* env, jobject self, jlong string) {
    return (jlong)strlen(AT(string));
}

METHOD(jlong, mmap)(
        JNIEnv* env, jobject self, jlong address, jlong lengthBytes, jint protection, jint flags, jint file,
        jlong offset) {
    void* mapped = mmap(AT(address), (size_t)lengthBytes, protection, flags, file, offset);
    return mapped == MAP_FAILED ? -(jlong)errno : (jlong)(uintptr_t)mapped;
}

METHOD(jint, munmap)(JNIEnv* env, jobject self, jlong address, jlong lengthBytes) {
    return munmap(AT(address), (size_t)lengthBytes) == 0 ? 0 : -errno;
}

METHOD(jint, madvise)(JNIEnv* env, jobject self, jlong address, jlong lengthBytes, jint advice) {
    return madvise(AT(address), (size_t)lengthBytes, advice) == 0 ? 0 : -errno;
}

METHOD(jobject, view)(JNIEnv* env, jobject self, jlong address, jint lengthBytes) {
    return (*env)->NewDirectByteBuffer(env, AT(address), lengthBytes);
}

METHOD(jlong, addressOf)(JNIEnv* env, jobject self, jobject direct) {
    return (jlong)(uintptr_t)(*env)->GetDirectBufferAddress(env, direct);
}
