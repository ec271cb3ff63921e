#!/usr/bin/env python3
"""Writes h5py.h5, a file as users of h5py write them: the tests read it. Needs h5py and numpy."""
import os

import h5py
import numpy as np

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "h5py.h5")
with h5py.File(path, "w") as file:
    file.attrs["variable"] = "variable text, ü"
    file.attrs["fixed"] = np.bytes_("fixed text")
    file.attrs["python_int"] = 7
    file.attrs["numpy_int32"] = np.int32(-3)
    file.attrs["numpy_uint8"] = np.uint8(200)
    file.attrs["python_float"] = 0.25
    file.attrs["numpy_float32"] = np.float32(1.5)
    file.attrs["float_array"] = np.array([1.0, 2.5, -4.0], np.float32)
    file.attrs["int_array_of_one"] = np.array([9], np.int16)
    file["numbers"] = np.arange(12, dtype=">i2").reshape(3, 4)
    file["half"] = np.array([0.5, 1.5], np.float16)
    file["words/variable"] = ["shirt", "", "Blümchen"]
    file["words/fixed"] = np.array([b"ab", b"c", b"def"])
    file["truth"] = np.array([True, False])
    file.create_dataset(
        "packed", data=np.arange(1000, dtype=np.int64), chunks=(100,), compression="gzip", fletcher32=True)
