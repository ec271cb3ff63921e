// Rows by token, for one scalar type T.

CLONES void F(look_up)(long m, long n, const T *w, const int32_t *token, T scale, int add, T *o) {
    for (long i = 0; i < m; i++, o += n) {
        const T *row = w + token[i] * n;
        if (add) for (long j = 0; j < n; j++) o[j] += scale * row[j];
        else for (long j = 0; j < n; j++) o[j] = scale * row[j];
    }
}
CLONES void F(scatter)(long m, long n, const T *a, const int32_t *token, T scale, T *o) {
    for (long i = 0; i < m; i++, a += n) {
        T *row = o + token[i] * n;
        for (long j = 0; j < n; j++) row[j] += scale * a[j];
    }
}
void F(count_tokens)(long m, const int32_t *token, int32_t padding, T each, T *o) {
    for (long i = 0; i < m; i++) if (token[i] != padding) o[token[i]] += each;
}
CLONES void F(add_row)(long m, long n, const T *a, const T *row, int add, T *o) {
    for (long i = 0; i < m; i++, a += n, o += n)
        if (add) for (long j = 0; j < n; j++) o[j] += a[j] + row[j];
        else for (long j = 0; j < n; j++) o[j] = a[j] + row[j];
}
CLONES void F(scale_rows)(long m, long n, const T *a, const T *s, T *o) {
    for (long i = 0; i < m; i++, a += n, o += n)
        for (long j = 0; j < n; j++) o[j] = s[i] * a[j];
}
