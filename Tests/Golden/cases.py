"""The table of golden cases: data, layers, loss, and how the numbers are drawn."""
from dataclasses import dataclass, field

CE, MSE, NORM, BCE = "cross_entropy", "mean_squared_error", "norm_error", "binary_cross_entropy"
SMOOTH = {CE: {"label_smoothing": 0.1}}


@dataclass
class Case:
    name: str
    shape: tuple                # of one sample
    layers: list
    loss: object = CE
    samples: int = 7
    regularisation: dict | None = None
    scale: dict = field(default_factory=dict)  # layer -> factor on its parameters
    spread: bool = False        # rows of growing size, so that moderate and large arguments meet
    integers: bool = False      # small whole numbers: values exactly at kinks and ties, the same in any order of sums
    group: int | None = None    # samples that batch_norm takes its statistics of: 2g - 1 where the number is no multiple
    exact_fit: bool = False     # the first sample's targets are its outputs
    vocabulary: int | None = None  # inputs are tokens below this, targets one a position; 0 is padding, of one or all but one


def dense(units, **options): return {"dense": {"units": units, **options}}
def conv(filters, kernel, **options): return {"conv2d": {"filters": filters, "kernel": kernel, **options}}
def add(*inputs, **options): return {"add": {"inputs": list(inputs), **options}}
def embedding(vocabulary, features, **options): return {"embedding": {"vocabulary": vocabulary, "features": features, **options}}
def dropout(rate, **options): return {"dropout": {"rate": rate, **options}}
def concatenate(*inputs, **options): return {"concatenate": {"inputs": list(inputs), **options}}
def called(name, kind, *inputs): return {kind: {"name": name, **({"inputs": list(inputs)} if inputs else {})}}

def residual(main, *shortcut, **options):
    return {"residual": {**options, "main": main, **({"shortcut": list(shortcut)} if shortcut else {})}}


ALL = [
    # dense
    Case("dense_without_bias", (5,), [dense(6, bias=False), "tanh", dense(3, bias=False)], CE),
    Case("dense_deep", (9,), [dense(8), "tanh", dense(7), "sigmoid", dense(6), "swish", dense(5), "tanh", dense(4)], CE, 9),
    Case("dense_on_channels", (4, 5, 3), [conv(4, 3, padding="same"), "tanh", dense(5), "tanh", "flatten", dense(3)]),
    Case("dense_on_image_data", (3, 4, 2), [dense(5), "tanh", dense(2, bias=False), "flatten", dense(3)]),
    Case("dense_many_samples", (3,), [dense(4), "tanh", dense(3)], CE, 1031),
    Case("flatten_features", (5,), ["flatten", dense(4), "flatten", "tanh", dense(3)]),
    Case("flatten_images_data", (3, 5, 2), ["flatten", dense(4), "tanh", dense(3)]),
]


# Each convolution twice: reading the data, which needs no cotangent, and inside the network.
def convolution(name, shape, filters, kernel, inner=None, samples=5, **options):
    second = conv(filters, kernel, **options) if inner is None else inner
    end = "flatten" if inner is None else "global_average_pool2d"  # many channels: few numbers to store
    ALL.append(Case("conv2d_" + name, shape, [conv(filters, kernel, **options), "tanh", second, "tanh", end, dense(3)],
                    samples=samples))


convolution("valid", (7, 8, 2), 3, 3)
convolution("same", (5, 7, 2), 3, 3, padding="same")
convolution("same_even_kernel", (5, 6, 2), 3, 2, padding="same")
convolution("same_stride_2", (9, 8, 2), 3, 3, padding="same", stride=2)
convolution("padding_1", (5, 6, 3), 2, 3, padding=1)
convolution("padding_asymmetric", (5, 6, 2), 3, 3, padding=[[2, 0], [1, 3]])
convolution("stride_2", (13, 12, 2), 3, 3, stride=2)
convolution("stride_2_1", (12, 6, 2), 3, 3, stride=[2, 1])
convolution("stride_3_kernel_2", (11, 12, 2), 3, 2, stride=3, padding=1)
convolution("kernel_1", (4, 5, 3), 4, 1)
convolution("kernel_1_stride_2", (7, 6, 3), 4, 1, stride=2)
convolution("kernel_2", (5, 6, 3), 4, 2)
convolution("kernel_5", (6, 7, 2), 3, 5, padding=2)
convolution("kernel_5_same_small_image", (3, 4, 2), 3, 5, padding="same")
convolution("kernel_3_2", (7, 6, 2), 3, [3, 2])
convolution("kernel_1_3_same", (4, 6, 2), 3, [1, 3], padding="same")
convolution("groups_2", (5, 6, 4), 6, 3, padding=1, groups=2)
convolution("groups_all", (5, 6, 4), 4, 3, padding="same", groups=4)
convolution("groups_all_multiplier", (5, 6, 3), 6, 3, padding=1, groups=3)
convolution("dilation_2", (10, 11, 2), 3, 3, dilation=2)
convolution("dilation_2_1", (11, 6, 2), 3, [3, 2], dilation=[2, 1])
convolution("dilation_2_same", (6, 5, 2), 3, 3, dilation=2, padding="same")
convolution("without_bias", (5, 6, 2), 3, 3, bias=False)
convolution("one_channel", (6, 7, 1), 4, 3, padding="same")
convolution("all_options", (11, 12, 4), 8, [3, 2], stride=[2, 1], dilation=[1, 2], groups=2, padding="same", bias=False)
convolution("stride_dilation_groups_same", (13, 10, 4), 4, 3, stride=2, dilation=2, groups=2, padding="same")
convolution("many_channels_size_8", (8, 8, 2), 16, 3, inner=conv(8, 3, padding="same"), padding="same")
convolution("many_channels_size_odd", (7, 9, 17), 16, 3, inner=conv(9, 3, padding=1), padding="same")
convolution("many_channels_valid", (9, 8, 3), 18, 3, inner=conv(8, 3))
convolution("many_channels_asymmetric", (5, 6, 16), 8, 3, inner=conv(3, 3), padding=[[0, 2], [2, 1]])
convolution("many_channels_output_3", (5, 5, 2), 16, 3, inner=conv(8, 3, padding=1))
convolution("many_channels_panels", (6, 5, 2), 36, 3, inner=conv(10, 3, padding="same"), padding="same")
convolution("many_channels_many_filters", (4, 4, 1), 16, 3, inner=conv(33, 3, padding="same"), padding="same")
convolution("many_channels_stride_2", (9, 8, 2), 16, 3, inner=conv(12, 3, stride=2, padding="same"), padding="same")
convolution("many_channels_groups_2", (6, 6, 2), 32, 3, inner=conv(16, 3, groups=2, padding="same"), padding="same")
convolution("many_samples", (5, 6, 1), 3, 3, samples=131, padding="same")

# pooling: inside the network; once on the data
for kind in ("max_pool2d", "average_pool2d"):
    for name, shape, options in [
        ("size_2", (6, 7, 2), {"size": 2}), ("size_3_stride_2", (7, 9, 2), {"size": 3, "stride": 2}),
        *([("size_3_stride_1", (5, 6, 2), {"size": 3, "stride": 1})] if kind == "max_pool2d" else []),
        ("same", (5, 7, 2), {"size": 3, "stride": 2, "padding": "same"}),
        ("same_size_2", (5, 7, 2), {"size": 2, "padding": "same"}),
        ("padding_1", (5, 6, 2), {"size": 3, "stride": 2, "padding": 1}),
        ("padding_asymmetric", (5, 6, 2), {"size": [3, 2], "stride": [2, 1], "padding": [[0, 1], [1, 0]]}),
        ("size_2_3", (6, 8, 2), {"size": [2, 3]}), ("stride_3", (8, 7, 2), {"size": 2, "stride": 3}),
    ]:
        ALL.append(Case(f"{kind}_{name}", shape, [conv(3, 3, padding="same"), "tanh", {kind: options}, conv(2, 2), "tanh",
                                                  "flatten", dense(3)], samples=5))
        if kind == "average_pool2d" and "padding" in options and name != "same_size_2":
            counted = [conv(3, 3, padding="same"), "tanh", {kind: {**options, "count_padding": True}}, "flatten", dense(3)]
            ALL.append(Case(f"{kind}_{name}_counted", shape, counted, samples=5))
    ALL.append(Case(f"{kind}_on_data", (6, 5, 2), [{kind: {"size": 2}}, "flatten", dense(4), "tanh", dense(3)]))
ALL += [
    Case("max_pool2d_ties", (6, 6, 2), [conv(3, 1), {"max_pool2d": {"size": 3, "stride": 2, "padding": "same"}}, "flatten", dense(3)],
         integers=True, scale={"dense_1": 0.125}),
    Case("global_average_pool2d", (5, 6, 2), [conv(6, 3), "tanh", "global_average_pool2d", dense(4)]),
    Case("global_average_pool2d_inside", (4, 5, 3), [conv(5, 2), "swish", "global_average_pool2d", dense(4), "tanh", dense(2)], MSE),
    Case("global_average_pool2d_on_data", (4, 5, 3), ["global_average_pool2d", dense(4), "tanh", dense(3)]),
]

# activations: inside, first and last, far from zero
for label, layer in [("relu", "relu"), ("relu6", "relu6"), ("tanh", "tanh"), ("sigmoid", "sigmoid"), ("softplus", "softplus"),
                     ("gelu", "gelu"), ("gelu_tanh", {"gelu": {"approximate": "tanh"}}), ("swish", "swish")]:
    wide = {"dense_1": 5, "dense_2": 2} if label == "relu6" else {}
    ALL.append(Case(f"{label}_network", (5,), [dense(9), layer, dense(8), layer, dense(4)], CE, 9, scale=wide))
    ALL.append(Case(f"{label}_first_and_last", (6,), [layer, dense(7), layer, dense(3), layer], MSE, 8, scale=wide))
    ALL.append(Case(f"{label}_large", (5,), [dense(8), layer, dense(3)], CE, 9, scale={"dense_1": 60, "dense_2": 0.1}, spread=True))
ALL += [
    Case("relu_at_kink", (4,), [dense(8), "relu", dense(6), "relu", dense(3)], CE, 9, integers=True, scale={"dense_3": 0.125}),
    Case("relu6_at_kink", (4,), [dense(8), "relu6", dense(6), "relu6", dense(3)], CE, 9, integers=True, scale={"dense_3": 0.125}),
]

# losses
for label, loss in [("cross_entropy", CE), ("label_smoothing", SMOOTH), ("mean_squared_error", MSE), ("norm_error", NORM),
                    ("binary_cross_entropy", BCE)]:
    ALL.append(Case(f"{label}_linear", (5,), [dense(4)], loss, 9))
    ALL.append(Case(f"{label}_network", (6,), [dense(7), "tanh", dense(5)], loss, 8))
    if label in ("cross_entropy", "mean_squared_error"):
        ALL.append(Case(f"{label}_l2", (4,), [dense(5), "tanh", dense(3)], loss, regularisation={"l2": 0.01}))
    if label not in ("norm_error", "mean_squared_error"):
        ALL.append(Case(f"{label}_large_logits", (5,), [dense(6, bias=False), "tanh", dense(4)], loss, 9, scale={"dense_2": 300}, spread=True))
ALL += [
    Case("mean_squared_error_one_output", (4,), [dense(5), "swish", dense(1)], MSE),
    Case("norm_error_one_output", (4,), [dense(5), "tanh", dense(1)], NORM),
    Case("norm_error_exact_fit", (4,), [dense(3)], NORM, integers=True, exact_fit=True),
    Case("binary_cross_entropy_one_output", (4,), [dense(5), "tanh", dense(1)], BCE),
]

# graphs
ALL += [
    Case("add_two", (5,), [dense(4, name="a"), called("b", "tanh"), dense(4, name="c", inputs=["a"]), add("b", "c"), dense(3)]),
    Case("add_three", (5,), [dense(4, name="a"), called("b", "tanh"), called("c", "swish", "a"), add("a", "b", "c"), "tanh", dense(3)]),
    Case("add_with_data", (4,), [dense(4), "tanh", add("tanh_1", "input"), dense(3)], MSE),
    Case("add_value_twice", (4,), [dense(5), "tanh", add("tanh_1", "tanh_1"), "swish", dense(3)]),
    Case("add_images", (5, 4, 2), [conv(3, 3, padding=1, name="a"), "tanh", conv(3, 1, inputs=["input"], name="b"),
                                   add("tanh_1", "b"), "swish", "flatten", dense(3)], samples=5),
    Case("add_outputs", (4,), [dense(3, name="a"), dense(3, name="b", inputs=["input"]), "tanh", add("a", "tanh_1")], MSE),
    Case("concatenate_two", (5,), [dense(4, name="a"), called("b", "tanh"), dense(3, name="c", inputs=["input"]),
                                   concatenate("b", "c"), dense(3)]),
    Case("concatenate_three", (5,), [dense(4, name="a"), called("b", "tanh"), dense(3, name="c"), called("d", "swish", "a"),
                                     concatenate("b", "c", "d"), "tanh", dense(3)]),
    Case("concatenate_with_data", (5,), [dense(3), "tanh", concatenate("input", "tanh_1"), dense(4), "tanh", dense(2)], MSE),
    Case("concatenate_images", (4, 5, 2), [conv(3, 3, padding=1, name="a"), conv(2, 1, name="b", inputs=["input"]),
                                           concatenate("a", "b"), "tanh", "flatten", dense(3)], samples=5),
    Case("concatenate_images_three", (4, 5, 2), [conv(3, 1, name="a"), "tanh", conv(2, 3, padding="same", name="b"),
                                                 concatenate("tanh_1", "b", "input"), "swish", conv(2, 2), "flatten", dense(3)], samples=5),
    Case("concatenate_outputs", (4,), [dense(2, name="a"), dense(1, name="b", inputs=["input"]), concatenate("a", "b")], MSE),
    Case("three_readers", (5,), [dense(4, name="stem"), called("t", "tanh"), dense(3, name="a", inputs=["t"]), "swish",
                                 dense(3, name="b", inputs=["t"]), "sigmoid", dense(3, name="c", inputs=["t"]),
                                 add("swish_1", "sigmoid_1", "c"), dense(3)]),
    Case("data_read_twice", (5,), [dense(4), "tanh", dense(4, inputs=["input"]), "swish", add("tanh_1", "swish_1"), dense(3)]),
    Case("join_of_joins", (5,), [dense(4, name="a"), called("t", "tanh"), dense(4, name="b"), add("t", "b", name="s"),
                                 concatenate("s", "t", "a", name="m"), "swish", dense(4, name="c"), add("c", "s"), dense(3)]),
]

# mixed networks
LENET = [conv(4, 3, padding=1), "relu", {"max_pool2d": {"size": 2}}, conv(6, 3), "tanh", {"average_pool2d": {"size": 2}}, "flatten",
         dense(8), "swish", dense(5)]
INCEPTION = [conv(4, 3, padding="same", name="stem"), called("s", "relu"), conv(3, 1, name="one"),
             conv(2, 1, name="reduce", inputs=["s"]), "tanh", conv(3, 3, padding="same", name="three"),
             conv(2, 5, padding="same", name="five", inputs=["s"]), {"max_pool2d": {"size": 3, "stride": 1, "padding": 1, "inputs": ["s"]}},
             conv(2, 1, name="pooled"), concatenate("one", "three", "five", "pooled"), "relu", "global_average_pool2d", dense(4)]
RESIDUAL = [conv(4, 3, padding="same", name="stem"), called("r0", "swish"),
            conv(4, 3, padding="same", name="a1"), "gelu", conv(4, 3, padding="same", name="a2"), add("r0", "a2"), called("r1", "swish"),
            conv(6, 3, stride=2, padding="same", name="b1"), "tanh", conv(6, 3, padding="same", name="b2"),
            conv(6, 1, stride=2, bias=False, name="shortcut", inputs=["r1"]), add("b2", "shortcut"), called("r2", "softplus"),
            "global_average_pool2d", dense(3)]
DENSE_CHAIN = [dense(6, name="stem"), called("h0", "tanh"), dense(6), "relu", dense(6, name="f1"), add("h0", "f1", name="h1"),
               dense(6), "relu", dense(6, name="f2"), add("h1", "f2", name="h2"), dense(4)]
ALL += [
    Case("lenet", (10, 9, 1), LENET, SMOOTH, 6, regularisation={"l2": 0.01}),
    Case("inception", (6, 7, 2), INCEPTION, CE, 5),
    Case("residual_chain", (7, 6, 2), RESIDUAL, CE, 5),
    Case("residual_chain_dense", (5,), DENSE_CHAIN, MSE, 9, regularisation={"l2": 0.1}),
    Case("separable", (8, 7, 3), [conv(3, 3, padding="same", groups=3, bias=False), "relu6", conv(6, 1), "relu6",
                                  conv(6, 3, stride=2, padding="same", groups=6), "swish", conv(8, 1), "relu6", "global_average_pool2d",
                                  dense(2)], BCE, 5, scale={"conv2d_1": 3, "conv2d_2": 2, "conv2d_3": 2, "conv2d_4": 3}),
    Case("regression_image", (6, 5, 1), [conv(4, 3), "gelu", {"average_pool2d": {"size": 2, "stride": 1}}, "flatten", dense(5), "tanh",
                                         dense(2)], NORM, 6),
]

# batch normalisation: features and images, on the data, one group and several, even and uneven
ALL += [
    Case("batch_norm_features", (5,), [dense(6), "batch_norm", "tanh", dense(4), "batch_norm", "swish", dense(3)], CE, 12, group=4),
    Case("batch_norm_one_group", (5,), [dense(6), "batch_norm", "tanh", dense(3)], CE, 9, group=9),
    Case("batch_norm_uneven_groups", (5,), [dense(6, bias=False), "batch_norm", "sigmoid", dense(3)], CE, 23, group=5),
    Case("batch_norm_l2", (4,), [dense(5), {"batch_norm": {"momentum": 0.3}}, "tanh", dense(2)], MSE, 12, group=6,
         regularisation={"l2": 0.1}),
    Case("batch_norm_on_data", (6,), ["batch_norm", dense(5), "tanh", dense(3)], CE, 10, group=5),
    Case("batch_norm_on_image_data", (4, 3, 2), ["batch_norm", conv(3, 2), "tanh", "flatten", dense(3)], CE, 8, group=4),
    Case("batch_norm_last", (4,), [dense(5), "tanh", dense(3), "batch_norm"], MSE, 12, group=6),
    Case("batch_norm_twice", (4,), [dense(5), "batch_norm", "batch_norm", "tanh", dense(3)], CE, 12, group=6),
    Case("batch_norm_large_values", (4,), [dense(5), "batch_norm", "tanh", dense(3)], CE, 12, group=6, scale={"dense_1": 500}),
    Case("batch_norm_images", (5, 6, 2), [conv(4, 3, bias=False), "batch_norm", "swish", conv(3, 2, bias=False), "batch_norm",
                                          "tanh", "flatten", dense(3)], CE, 6, group=2),
    Case("batch_norm_relu", (5, 6, 2), [conv(4, 3, padding="same", bias=False), "batch_norm", "relu", conv(3, 3, stride=2, bias=False),
                                        "batch_norm", "relu", "global_average_pool2d", dense(3)], CE, 6, group=3),
    Case("batch_norm_pooled", (6, 6, 2), [conv(4, 3, bias=False), "batch_norm", "relu6", {"max_pool2d": {"size": 2}}, "flatten",
                                          dense(3)], CE, 6, group=6),
    Case("batch_norm_many_channels", (3,), [dense(37), "batch_norm", "tanh", dense(3)], CE, 10, group=5),
    Case("batch_norm_epsilon", (4,), [dense(5), {"batch_norm": {"epsilon": 0.3}}, "tanh", dense(3)], CE, 10, group=5),
    Case("batch_norm_panels", (2,), [dense(300), "batch_norm", "tanh", dense(2)], CE, 8, group=4),
    Case("batch_norm_many_pixels", (16, 15, 1), [conv(3, 3, padding="same", bias=False), "batch_norm", "swish",
                                                 "global_average_pool2d", dense(3)], CE, 14, group=7),
    Case("batch_norm_two_readers", (5,), [dense(4, name="a"), {"batch_norm": {"name": "n"}}, called("t", "tanh"),
                                          dense(4, name="b", inputs=["n"]), add("t", "b", "a"), "swish", dense(3)], CE, 12, group=6),
]

# residual blocks
BLOCK = [conv(4, 3, padding="same", bias=False), "batch_norm", "relu", conv(4, 3, padding="same", bias=False), "batch_norm"]
DOWN = [conv(6, 3, stride=2, padding="same", bias=False), "batch_norm", "relu", conv(6, 3, padding="same", bias=False), "batch_norm"]
BOTTLENECK = [conv(3, 1, bias=False), "batch_norm", "relu", conv(3, 3, padding=1, stride=2, bias=False), "batch_norm", "relu",
              conv(8, 1, bias=False), "batch_norm"]
STEM = [conv(4, 3, padding="same", bias=False), "batch_norm", "relu"]
ALL += [
    Case("residual_identity", (5,), [dense(4), "tanh", residual([dense(6), "swish", dense(4)]), "tanh", dense(3)]),
    Case("residual_on_data", (4,), [residual([dense(4), "tanh"], dense(4, bias=False)), "swish", dense(3)]),
    Case("residual_last", (4,), [dense(3), residual([dense(5), "tanh", dense(3)])], MSE),
    Case("residual_projection", (6, 5, 2), [conv(3, 3), "tanh", residual([conv(4, 3, padding=1), "gelu", conv(4, 3, padding=1)], conv(4, 1)),
                                            "swish", "global_average_pool2d", dense(3)], samples=5),
    Case("residual_nested", (5,), [dense(4), residual(
        [dense(4), "tanh", residual([dense(3), "sigmoid", dense(4)], dense(4, bias=False), "tanh"), dense(4)]), "swish", dense(3)]),
    Case("residual_inputs", (5,), [dense(4, name="stem"), called("t", "tanh"), residual(
        [dense(4), "tanh", add("dense_1", "tanh_1", "stem"), dense(4)], dense(4, inputs=["stem"]), name="block"), "swish",
        residual([dense(4), "tanh"], inputs=["t"]), add("residual_2", "swish_1", "block/main/dense_1"), dense(3)]),
    Case("residual_batch_norm", (6, 5, 2), [*STEM, residual(BLOCK), "relu", "global_average_pool2d", dense(3)], CE, 8, group=4),
    Case("residual_batch_norm_projection", (6, 5, 2), [*STEM, residual(DOWN, conv(6, 1, stride=2, bias=False), "batch_norm"), "relu",
                                                       "global_average_pool2d", dense(3)], CE, 8, group=4),
    Case("residual_preactivation", (5, 4, 2), [conv(4, 3, padding=1), residual(["batch_norm", "relu", conv(4, 3, padding=1)]),
                                               residual(["batch_norm", "relu", conv(4, 3, padding=1)]), "batch_norm", "relu",
                                               "global_average_pool2d", dense(3)], CE, 6, group=3),
    Case("resnet", (8, 8, 3), [*STEM, residual(BLOCK), "relu", residual(DOWN, conv(6, 1, stride=2, bias=False), "batch_norm"), "relu",
                               residual([conv(6, 3, padding=1, bias=False), "batch_norm", "relu", conv(6, 3, padding=1, bias=False),
                                         "batch_norm"]), "relu", "global_average_pool2d", dense(5)], SMOOTH, 12, group=4,
         regularisation={"l2": 0.01}),
    Case("resnet_bottleneck", (7, 7, 2), [conv(4, 3, stride=2, padding="same", bias=False), "batch_norm", "relu",
                                          {"max_pool2d": {"size": 3, "stride": 2, "padding": 1}},
                                          residual(BOTTLENECK, conv(8, 1, stride=2, bias=False), "batch_norm"), "relu",
                                          "global_average_pool2d", dense(4)], CE, 16, group=8),
    Case("resnet_smooth", (6, 6, 2), [conv(4, 3, padding="same", bias=False), "batch_norm", "swish",
                                      residual([conv(4, 3, padding="same", bias=False), "batch_norm", "swish",
                                                conv(4, 3, padding="same", bias=False), "batch_norm"]), "swish",
                                      "global_average_pool2d", dense(3)], CE, 9, group=4),
]

# layer normalisation: of features and of the places of images, on the data, first and last, wide and with large values
ALL += [
    Case("layer_norm_features", (5,), [dense(6), "layer_norm", "tanh", dense(4), "layer_norm", "swish", dense(3)], CE, 9),
    Case("layer_norm_on_data", (6,), ["layer_norm", dense(5), "tanh", dense(3)]),
    Case("layer_norm_on_image_data", (4, 3, 5), ["layer_norm", dense(4), "tanh", "flatten", dense(3)]),
    Case("layer_norm_last", (4,), [dense(5), "tanh", dense(3), "layer_norm"], MSE, 8),
    Case("layer_norm_twice", (4,), [dense(5), "layer_norm", "layer_norm", "tanh", dense(3)]),
    Case("layer_norm_epsilon", (4,), [dense(5), {"layer_norm": {"epsilon": 0.3}}, "tanh", dense(2)], MSE, 8,
         regularisation={"l2": 0.1}),
    Case("layer_norm_large_values", (4,), [dense(5), "layer_norm", "tanh", dense(3)], scale={"dense_1": 500}),
    Case("layer_norm_images", (5, 4, 2), [conv(4, 3, padding="same"), "layer_norm", "gelu", conv(3, 2), "layer_norm", "tanh",
                                          "flatten", dense(3)], samples=5),
    Case("layer_norm_many_features", (3,), [dense(300), "layer_norm", "tanh", dense(2)], CE, 8),
    Case("layer_norm_two_readers", (5,), [dense(4, name="a"), called("n", "layer_norm"), called("t", "tanh"),
                                          dense(4, name="b", inputs=["n"]), add("t", "b", "a"), "swish", dense(3)]),
    Case("layer_norm_residual", (5,), [dense(6), residual(["layer_norm", dense(7), "gelu", dense(6)]),
                                       residual(["layer_norm", dense(6), "gelu", dense(6)]), "layer_norm", dense(3)]),
]

# dropout, by the masks in the file: of features and images, on the data and last, in a block, with two readers
ALL += [
    Case("dropout_features", (5,), [dense(9), "tanh", dropout(0.3), dense(8), "swish", dropout(0.5), dense(4)], CE, 9),
    Case("dropout_on_data", (7,), [dropout(0.2), dense(5), "tanh", dense(3)]),
    Case("dropout_last", (4,), [dense(5), "tanh", dense(3), dropout(0.4)], MSE, 8),
    Case("dropout_many_values", (3,), [dense(70), "tanh", dropout(0.5), dense(3)], CE, 11),
    Case("dropout_images", (5, 6, 2), [conv(3, 3, padding="same"), "relu", dropout(0.25), conv(4, 2), "tanh", dropout(0.5), "flatten",
                                       dense(3)], samples=5),
    Case("dropout_in_block", (5,), [dense(6), residual(["layer_norm", dense(8), "gelu", dropout(0.3), dense(6), dropout(0.1)]), "tanh",
                                    dense(3)], SMOOTH, 9, regularisation={"l2": 0.01}),
    Case("dropout_batch_norm", (5,), [dense(6), "batch_norm", "relu", dropout(0.3), dense(3)], CE, 12, group=4),
    Case("dropout_two_readers", (5,), [dense(4, name="a"), dropout(0.4, name="d"), called("t", "tanh"),
                                       dense(4, name="b", inputs=["d"]), add("t", "b", "a"), "swish", dense(3)]),
]

# tokens, with padding in inputs and targets: scaled or not, odd and even features, alone, in blocks, with masks, two readers
ALL += [
    Case("tokens_embedding", (5,), [embedding(7, 4), dense(4)], CE, 6, vocabulary=7),
    Case("tokens_embedding_alone", (4,), [embedding(6, 5, scale=True)], CE, 7, vocabulary=6),
    Case("tokens_positions", (6,), [embedding(8, 6, scale=True), "positional_encoding", dense(5), "tanh", dense(4)], CE, 5,
         vocabulary=8),
    Case("tokens_odd_features", (5,), [embedding(8, 5), "positional_encoding", "layer_norm", dense(6), "gelu", dense(4)],
         SMOOTH, 7, regularisation={"l2": 0.05}, vocabulary=8),
    Case("tokens_block", (5,), [embedding(9, 6, scale=True), "positional_encoding",
                                residual(["layer_norm", dense(8), "gelu", dense(6)]), "layer_norm", dense(7)], CE, 8, vocabulary=9),
    Case("tokens_two_readers", (4,), [embedding(6, 4, name="a"), called("p", "positional_encoding"), dense(4, name="b"),
                                      called("t", "swish"), add("t", "a", "p"), dense(5)], CE, 9, vocabulary=6),
    Case("tokens_many_classes", (3,), [embedding(5, 3), dense(600)], CE, 4, vocabulary=5),
    Case("tokens_to_one", (5,), [embedding(6, 3), "tanh", "flatten", dense(3)], CE, 8, vocabulary=6),
    Case("dropout_tokens", (5,), [embedding(8, 6), "positional_encoding", dropout(0.3), dense(6), "gelu", dropout(0.2), dense(4)],
         CE, 7, vocabulary=8),
]
