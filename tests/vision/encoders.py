"""The inverse of each codec, written from its paper and not from our decoder: boxes into a network's outputs."""

import math

import numpy as np


def grid_cells(width, height, strides):
    """(stride, column, row, index) of every cell in the order of a network's rows."""
    found = []
    for stride in strides:
        for row in range(math.ceil(height / stride)):
            for column in range(math.ceil(width / stride)):
                found.append((stride, column, row, len(found)))
    return found


def nanodet(boxes, scores, width, height, *, strides=(8, 16, 32), bins=11, offset=0.5, person=0, classes=80):
    """Scores, then sides, an array for each stride; each box in the first free cell that can hold it."""
    cells = grid_cells(width, height, strides)
    likely = np.full((len(cells), classes), 0.02, np.float32)
    likely[:, (person + 1) % classes] = 0.97  # another class is everywhere; it must not be taken for people
    sides = np.zeros((len(cells), 4, bins), np.float32)
    taken = set()
    for (left, top, right, bottom), score in zip(boxes, scores, strict=True):
        for stride, column, row, index in cells:
            x, y = (column + offset) * stride, (row + offset) * stride
            away = [(x - left) / stride, (y - top) / stride, (right - x) / stride, (bottom - y) / stride]
            if index not in taken and all(0 <= a <= bins - 1 for a in away):
                break
        else:
            raise AssertionError(f"no cell can hold {left, top, right, bottom}")
        taken.add(index)
        likely[index, person] = score
        for side, distance in enumerate(away):
            # Two neighbouring bins share the weight so that their mean is the distance.
            low = min(int(distance), bins - 2)
            part = min(max(distance - low, 1e-9), 1 - 1e-9)
            sides[index, side] = -60
            sides[index, side, low] = math.log(1 - part)
            sides[index, side, low + 1] = math.log(part)
    flat = sides.reshape(len(cells), 4 * bins)
    levels = [[i for s, _, _, i in cells if s == stride] for stride in strides]
    return [likely[rows] for rows in levels] + [flat[rows] for rows in levels]


def yolox(boxes, scores, width, height, *, strides=(8, 16, 32), person=0, classes=80, decoded=False):
    """One (rows, 5 + classes) array; each box in the cell of its centre at the first level where that is free."""
    cells = {(s, c, r): i for s, c, r, i in grid_cells(width, height, strides)}
    rows = np.full((len(cells), 5 + classes), 0.01, np.float32)
    rows[:, 5 + (person + 1) % classes] = 0.99
    rows[:, :4] = 0
    taken = set()
    for (left, top, right, bottom), score in zip(boxes, scores, strict=True):
        x, y, w, h = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        stride = next(s for s in strides if (s, int(x // s), int(y // s)) not in taken)
        column, row = int(x // stride), int(y // stride)
        taken.add((stride, column, row))
        place = [x / stride - column, y / stride - row, math.log(w / stride), math.log(h / stride)]
        index = cells[stride, column, row]
        rows[index, :4] = [x, y, w, h] if decoded else place
        rows[index, 4], rows[index, 5 + person] = math.sqrt(score), math.sqrt(score)
    return [rows]


def ssd(boxes, scores, width, height, anchors, *, order="yxhw", activation="none", person=0, classes=2):
    """Boxes (rows, 4) and scores (rows, classes); each box at the nearest free anchor."""
    codes = np.zeros((len(anchors), 4), np.float32)
    likely = np.full((len(anchors), classes), 0.01, np.float32)
    taken = set()
    for (left, top, right, bottom), score in zip(boxes, scores, strict=True):
        x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
        w, h = (right - left) / width, (bottom - top) / height
        far = [math.hypot(x - a[0], y - a[1]) + (i in taken) * 9 for i, a in enumerate(anchors)]
        index = far.index(min(far))
        taken.add(index)
        ax, ay, aw, ah = anchors[index]
        code = {
            "x": (x - ax) / aw / 0.1,
            "y": (y - ay) / ah / 0.1,
            "w": math.log(w / aw) / 0.2,
            "h": math.log(h / ah) / 0.2,
        }
        codes[index] = [code[letter] for letter in order]
        likely[index, person] = score
    if activation == "sigmoid":
        likely = np.log(likely / (1 - likely))
    if activation == "softmax":  # of two classes: the other one gets the rest
        likely[:, 1 - person] = 1 - likely[:, person]
        likely = np.log(likely) + 3
    return [codes, likely]
