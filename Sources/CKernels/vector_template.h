// The vector kernels for one scalar type T. Sums are written on vectors of 16 lanes, so that their order
// is fixed here and not by the compiler; the rest are plain loops.

typedef T F(lanes) __attribute__((ext_vector_type(LANES), aligned(sizeof(T)), may_alias));
#define LOAD(p) (*(const F(lanes) *)((p) + i))
#define STORE(p, v) (*(F(lanes) *)((p) + i) = (v))
#define BLOCKS for (; i + LANES <= n; i += LANES)
#define REST for (int l = 0; i < n; i++, l++)

CLONES double F(dot)(long n, const T *x, const T *y) {
    sums s = 0;
    long i = 0;
    BLOCKS s += WIDE(LOAD(x)) * WIDE(LOAD(y));
    REST s[l] += (double)x[i] * (double)y[i];
    return total(&s);
}

CLONES void F(three_dots)(long n, const T *p, const T *q, double *three) {
    sums pq = 0, pp = 0, qq = 0;
    long i = 0;
    BLOCKS {
        sums a = WIDE(LOAD(p)), b = WIDE(LOAD(q));
        pq += a * b;
        pp += a * a;
        qq += b * b;
    }
    REST {
        double a = p[i], b = q[i];
        pq[l] += a * b;
        pp[l] += a * a;
        qq[l] += b * b;
    }
    three[0] = total(&pq);
    three[1] = total(&pp);
    three[2] = total(&qq);
}

CLONES double F(multiply_dot)(long n, const T *restrict d, const T *restrict x, T *restrict z) {
    sums s = 0;
    long i = 0;
    BLOCKS {
        F(lanes) a = LOAD(x), b = LOAD(d) * a;
        STORE(z, b);
        s += WIDE(a) * WIDE(b);
    }
    REST {
        z[i] = d[i] * x[i];
        s[l] += (double)x[i] * (double)z[i];
    }
    return total(&s);
}

CLONES double F(axpy_dot)(long n, T alpha, const T *restrict x, T *restrict y, const T *restrict v) {
    sums s = 0;
    long i = 0;
    BLOCKS {
        F(lanes) a = LOAD(y) + alpha * LOAD(x);
        STORE(y, a);
        s += WIDE(LOAD(v)) * WIDE(a);
    }
    REST {
        y[i] += alpha * x[i];
        s[l] += (double)v[i] * (double)y[i];
    }
    return total(&s);
}

CLONES double F(cg_step)(long n, T alpha, const T *restrict p, const T *restrict q, T *restrict x,
                         T *restrict r) {
    sums s = 0;
    long i = 0;
    BLOCKS {
        STORE(x, LOAD(x) + alpha * LOAD(p));
        F(lanes) v = LOAD(r) - alpha * LOAD(q);
        STORE(r, v);
        s += WIDE(v) * WIDE(v);
    }
    REST {
        x[i] += alpha * p[i];
        r[i] -= alpha * q[i];
        s[l] += (double)r[i] * (double)r[i];
    }
    return total(&s);
}

CLONES void F(axpy)(long n, T alpha, const T *restrict x, T *restrict y) {
    EACH y[i] += alpha * x[i];
}
CLONES void F(xpby)(long n, const T *restrict x, T beta, T *restrict y) {
    EACH y[i] = x[i] + beta * y[i];
}
CLONES void F(axpby)(long n, T alpha, const T *restrict x, T beta, T *restrict y) {
    EACH y[i] = alpha * x[i] + beta * y[i];
}
CLONES void F(scale)(long n, T alpha, const T *x, T *y) {
    EACH y[i] = alpha * x[i];
}
CLONES void F(waxpy)(long n, T alpha, const T *restrict x, const T *restrict y, T *restrict z) {
    EACH z[i] = y[i] + alpha * x[i];
}
CLONES void F(lerp)(long n, T t, const T *restrict x, T *restrict y) {
    EACH y[i] += t * (x[i] - y[i]);
}

CLONES void F(gradient_squares)(long n, double decay, const T *restrict g, T *restrict s, double factor,
                                double lambda, double power, T *restrict d) {
    const T keep = (T)decay, take = (T)(1 - decay), times = (T)factor, plus = (T)lambda;
    const long whole = (long)power;
    const int digits = sizeof(T) == 4 ? 26 : 53;
    EACH s[i] = keep * s[i] + take * (g[i] * g[i]);
    for (long first = 0; first < n; first += TILE) {
        T root[TILE], result[TILE];
        const long m = n - first < TILE ? n - first : TILE;
        for (long i = 0; i < m; i++) {
            T base = times * s[first + i] + plus;
            root[i] = base > 0 ? base : 1;
            result[i] = 1;
        }
        for (long j = 0; j < whole; j++)
            for (long i = 0; i < m; i++) result[i] *= root[i];
        double rest = power - (double)whole;
        for (int digit = 0; digit < digits && rest > 0; digit++) {
            for (long i = 0; i < m; i++) root[i] = __builtin_elementwise_sqrt(root[i]);
            rest *= 2;
            if (rest < 1) continue;
            rest -= 1;
            for (long i = 0; i < m; i++) result[i] *= root[i];
        }
        for (long i = 0; i < m; i++) d[first + i] = 1 / result[i];
    }
}

CLONES void F(sgd)(long n, double rate, double momentum, int nesterov, double weight_decay,
                   const T *restrict g, T *restrict m, T *restrict w) {
    const T a = (T)rate, mu = (T)momentum, l2 = (T)weight_decay;
    if (!m) EACH w[i] -= a * (g[i] + l2 * w[i]);
    else if (nesterov)
        EACH {
            T h = g[i] + l2 * w[i];
            m[i] = mu * m[i] + h;
            w[i] -= a * (h + mu * m[i]);
        }
    else
        EACH {
            m[i] = mu * m[i] + (g[i] + l2 * w[i]);
            w[i] -= a * m[i];
        }
}

CLONES void F(adagrad)(long n, double rate, double epsilon, const T *restrict g, T *restrict s,
                       T *restrict w) {
    const T a = (T)rate, e = (T)epsilon;
    EACH {
        s[i] += g[i] * g[i];
        w[i] -= a * g[i] / (__builtin_elementwise_sqrt(s[i]) + e);
    }
}

CLONES void F(adam)(long n, double rate, double beta1, double beta2, double root, double epsilon, double l2,
                    double shrink, const T *restrict g, T *restrict m, T *restrict v, T *restrict w) {
    const T a = (T)rate, b1 = (T)beta1, c1 = (T)(1 - beta1), b2 = (T)beta2, c2 = (T)(1 - beta2);
    const T r = (T)root, e = (T)epsilon, decay = (T)l2, k = (T)shrink;
    EACH {
        T h = g[i] + decay * w[i];
        m[i] = b1 * m[i] + c1 * h;
        v[i] = b2 * v[i] + c2 * (h * h);
        w[i] -= k * w[i] + a * m[i] / (__builtin_elementwise_sqrt(v[i]) * r + e);
    }
}

#undef LOAD
#undef STORE
#undef BLOCKS
#undef REST
