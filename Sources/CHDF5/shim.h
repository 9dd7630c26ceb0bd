// What Swift cannot import from hdf5.h: names that are macros over globals, and the error stack.
#ifndef RETROGRADE_CHDF5_SHIM_H
#define RETROGRADE_CHDF5_SHIM_H

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline hid_t retrograde_h5_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t retrograde_h5_float64(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t retrograde_h5_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t retrograde_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t retrograde_h5_c_string(void) { return H5T_C_S1; }

static inline hid_t retrograde_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t retrograde_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t retrograde_h5_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t retrograde_h5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t retrograde_h5_default(void) { return H5P_DEFAULT; }

static inline hid_t retrograde_h5_all(void) { return H5S_ALL; }
static inline size_t retrograde_h5_variable(void) { return H5T_VARIABLE; }
static inline unsigned retrograde_h5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned retrograde_h5_read_only(void) { return H5F_ACC_RDONLY; }

// Errors are thrown, not printed. The setting belongs to the thread.
static inline void retrograde_h5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static inline herr_t retrograde_h5_collect(unsigned n, const H5E_error2_t *error, void *data) {
    char *text = (char *)data;
    size_t used = strlen(text);
    if (error->desc && used + 4 < 512)
        snprintf(text + used, 512 - used, "%s%s", n ? ", " : "", error->desc);
    return 0;
}

// The library's words for the last failure of this thread, innermost first; `text` holds 512 bytes.
static inline void retrograde_h5_error(char *text) {
    text[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, retrograde_h5_collect, text);
    H5Eclear2(H5E_DEFAULT);
}

// Where a file in memory leaves its bytes when it is closed. H5Fget_file_image would be simpler, but
// in the formats since 1.8 its image of an open file has a superblock with a wrong checksum (1.10.8).
typedef struct {
    void *bytes;
} retrograde_h5_image;

static inline void *retrograde_h5_image_malloc(size_t n, H5FD_file_image_op_t op, void *image) {
    return malloc(n);
}
static inline void *retrograde_h5_image_memcpy(
    void *to, const void *from, size_t n, H5FD_file_image_op_t op, void *image) {
    return memcpy(to, from, n);
}
static inline void *retrograde_h5_image_realloc(
    void *p, size_t n, H5FD_file_image_op_t op, void *image) {
    return realloc(p, n);
}
static inline herr_t retrograde_h5_image_free(void *p, H5FD_file_image_op_t op, void *image) {
    if (op == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
        ((retrograde_h5_image *)image)->bytes = p;
    else
        free(p);
    return 0;
}
static inline void *retrograde_h5_image_share(void *image) { return image; }
static inline herr_t retrograde_h5_image_leave(void *image) { return 0; }

// Makes files of this access list live in memory and leave their bytes, from malloc, in `image`.
static inline herr_t retrograde_h5_keep_image(hid_t access, retrograde_h5_image *image) {
    H5FD_file_image_callbacks_t callbacks = {
        retrograde_h5_image_malloc, retrograde_h5_image_memcpy, retrograde_h5_image_realloc,
        retrograde_h5_image_free,   retrograde_h5_image_share,  retrograde_h5_image_leave,
        image};
    image->bytes = NULL;
    if (H5Pset_fapl_core(access, 1 << 20, 0) < 0) return -1;
    return H5Pset_file_image_callbacks(access, &callbacks);
}

#endif
