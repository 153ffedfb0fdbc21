/* SPDX-License-Identifier: Apache-2.0 */
/* For a test alone: one use of JNI that is right and one that is wrong, which the build's check must tell apart. */
#include <jni.h>

static void call(JNIEnv* env, jclass type, jmethodID method) {
    (*env)->CallStaticVoidMethod(env, type, method);
}

JNIEXPORT void JNICALL Java_dev_penstock_adapter_nixl_jni_PlantedFault_call(
    JNIEnv* env, jclass type, jboolean carefully) {
    jmethodID method = (*env)->GetStaticMethodID(env, type, "called", "()V");
    if (method == NULL) {
        return;
    }
    call(env, type, method);
    /* The fault: nobody looks whether the first call has thrown. */
    if (carefully && (*env)->ExceptionCheck(env)) {
        return;
    }
    call(env, type, method);
}
