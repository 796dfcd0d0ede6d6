from workbench.case.reading_order import LinePart, join_pieces, reorder_pieces


def pieces(*sides, lefts=(0, 300), step=12.0):
    return [
        LinePart(left, step * place, left + 6 * len(line), step * place + 10, line)
        for place in range(len(sides[0]))
        for left, side in zip(lefts, sides, strict=True)
        for line in (side[place],)
    ]


LEFT = [
    "The medal was given in the year",
    "of her election to the society",
    "for work that had been done in",
    "the years before the great war.",
]
RIGHT = [
    "It is given to seven members in",
    "each year and there is none who",
    "has been given it a second time",
    "since the society was founded.",
]


def test_pieces_of_two_columns_are_reordered():
    assert reorder_pieces(pieces(LEFT, RIGHT)) == "\n".join(LEFT + RIGHT)


def test_right_to_left_script_stays():
    hebrew = ["\u05d4\u05de\u05d3\u05dc\u05d9\u05d4 " * 4] * 4
    assert (
        reorder_pieces(
            pieces([f"{line}{n}" for n, line in enumerate(hebrew)], [f"{line}{n}!" for n, line in enumerate(hebrew)])
        )
        is None
    )


def test_script_without_small_letters_has_columns():
    left = [
        f"{number}\u59d4\u54e1\u4f1a\u5728\u6625\u5929\u5f00\u4f1a\u5e76\u9009\u51fa\u4e86" for number in "甲乙丙丁"
    ]
    right = [f"{number}\u5728\u6b64\u4e4b\u524d\u534f\u4f1a\u5df2\u7ecf\u628a\u5956\u7ae0" for number in "甲乙丙丁"]
    assert reorder_pieces(pieces(left, right)) == "\n".join(left + right)


def test_text_drawn_twice_is_left_alone():
    twice = [piece for piece in pieces(LEFT, RIGHT) for _ in range(2)]
    assert reorder_pieces(twice) is None


def test_rows_are_joined_left_to_right():
    row = [LinePart(50, 1, 60, 11, "second"), LinePart(0, 0, 40, 10, "first"), LinePart(0, 30, 40, 40, "below")]
    assert join_pieces(row) == "first second\nbelow"
    assert join_pieces([]) == ""


def test_many_pieces_take_bounded_time():
    crowd = pieces(LEFT * 500, RIGHT * 500)
    assert len(join_pieces(crowd).splitlines()) == 2_000
    assert reorder_pieces(crowd) is None
