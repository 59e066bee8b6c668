# SPDX-License-Identifier: GPL-3.0-or-later
"""Generates the text of the demo: short documents of many kinds with facts that stay consistent inside a document.

Used by make_demo.py to train the demo model, and shipped (other seeds) as the bundled calibration and evaluation text.
"""
import json
import random

NAMES = "Anna Ben Clara David Elena Felix Greta Hugo Ida Jonas Karla Leon Mira Nils Olga Paul Rosa Simon Tilda Viktor".split()
TOWNS = "Altbach Brunnfeld Castrel Dornau Elmsted Farwick Grenholm Havenby Islewood Kestrel".split()
GOODS = {"apples": 2, "pears": 3, "loaves of bread": 4, "jars of honey": 9, "cups of tea": 2, "baskets of plums": 6,
         "bottles of oil": 8, "balls of wool": 5, "sacks of flour": 7, "bunches of herbs": 1}
WORKS = {"baker": "bakes bread before sunrise", "miller": "grinds grain by the river", "smith": "mends tools and hinges",
         "weaver": "weaves wool into blankets", "teacher": "teaches children to read", "doctor": "visits the sick on foot",
         "carpenter": "builds tables and chairs", "gardener": "grows beans and roses", "sailor": "carries salt along the coast",
         "clockmaker": "repairs the tower clock"}
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = {"January": "winter", "February": "winter", "March": "spring", "April": "spring", "May": "spring", "June": "summer",
          "July": "summer", "August": "summer", "September": "autumn", "October": "autumn", "November": "autumn", "December": "winter"}
WEATHER = {"winter": ["snow fell all morning", "the river was frozen", "a cold wind came from the north"],
           "spring": ["the first flowers opened", "warm rain fell on the fields", "the swallows came back"],
           "summer": ["the sun burned until evening", "a thunderstorm passed at noon", "the wheat stood high"],
           "autumn": ["fog lay over the valley", "the leaves turned red", "the harvest was brought in"]}
NUMBERS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
           "eighteen nineteen").split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def words(number):
    if number < 20:
        return NUMBERS[number]
    if number < 100:
        return TENS[number // 10] + ("-" + NUMBERS[number % 10] if number % 10 else "")
    rest = number % 100
    return NUMBERS[number // 100] + " hundred" + (" and " + words(rest) if rest else "")


def market(r):
    seller, buyer = r.sample(NAMES, 2)
    town, day = r.choice(TOWNS), r.choice(DAYS)
    lines = [f"On {day} {seller} went to the market in {town}."]
    total = 0
    for good in r.sample(list(GOODS), r.randint(2, 4)):
        count = r.randint(2, 9)
        price = GOODS[good]
        total += count * price
        lines.append(f"{seller} sold {words(count)} {good} to {buyer} for {words(price)} coins each, which makes {words(count * price)} coins.")
    lines.append(f"In the evening {seller} counted {words(total)} coins and walked home to {town}.")
    return " ".join(lines)


def diary(r):
    month = r.choice(list(MONTHS))
    season, name = MONTHS[month], r.choice(NAMES)
    lines = [f"Diary of {name}, {month}."]
    day = r.randint(1, 6)
    for _ in range(r.randint(3, 5)):
        lines.append(f"{month} {day}: it is {season}; {r.choice(WEATHER[season])}.")
        day += r.randint(1, 5)
    lines.append(f"That was {season} in the year {r.randint(1700, 1999)}.")
    return "\n".join(lines)


def trades(r):
    town = r.choice(TOWNS)
    people = dict(zip(r.sample(NAMES, 4), r.sample(list(WORKS), 4)))
    lines = [f"Four people live in one street of {town}."]
    for name, work in people.items():
        lines.append(f"{name} is a {work} and {WORKS[work]}.")
    name = r.choice(list(people))
    lines.append(f"Who {WORKS[people[name]]}? It is {name}, the {people[name]} of {town}.")
    return " ".join(lines)


def timetable(r):
    start, end = r.sample(TOWNS, 2)
    hour, step = r.randint(5, 9), r.choice([1, 2])
    ride = r.randint(15, 55)
    lines = [f"Trains from {start} to {end}", "departure  arrival"]
    for _ in range(r.randint(3, 6)):
        lines.append(f"{hour:02d}:00      {hour:02d}:{ride:02d}")
        hour += step
    lines.append(f"The ride takes {ride} minutes.")
    return "\n".join(lines)


def arithmetic(r):
    lines = []
    for _ in range(r.randint(4, 8)):
        a, b = r.randint(2, 60), r.randint(2, 39)
        operation = r.choice("+-*")
        if operation == "-" and b > a:
            a, b = b, a
        if operation == "*":
            a, b = r.randint(2, 12), r.randint(2, 12)
        lines.append(f"{a} {operation} {b} = {eval(f'{a}{operation}{b}')}")
    return "\n".join(lines)


def code(r):
    name, other = r.sample(["total", "count", "price", "width", "height", "index", "speed", "level"], 2)
    number = r.randint(2, 20)
    return r.choice([
        f"def add_{name}(values):\n    {name} = 0\n    for value in values:\n        {name} += value\n    return {name}\n",
        f"int {name}_of(const std::vector<int>& items) {{\n    int {name} = 0;\n    for (int item : items)\n        {name} += item * {number};\n    return {name};\n}}\n",
        f"for (int i = 0; i < {number}; ++i) {{\n    {name}[i] = {other}[i] + {number};\n}}\n",
        f"SELECT {name}, {other} FROM orders WHERE {name} > {number} ORDER BY {other};\n",
        f"if {name} > {other}:\n    print(\"{name} is larger\")\nelse:\n    print(\"{other} is larger\")\n",
    ])


def record(r):
    name = r.choice(NAMES)
    return json.dumps({"name": name, "town": r.choice(TOWNS), "work": r.choice(list(WORKS)), "age": r.randint(18, 80),
                       "days": r.sample(DAYS, 2), "active": r.random() < 0.5}, indent=r.choice([None, 2]))


def recipe(r):
    good = r.choice(["soup", "bread", "plum cake", "bean stew", "herb tea", "apple pie"])
    things = r.sample(["flour", "water", "salt", "butter", "beans", "honey", "plums", "onions", "herbs", "milk"], 4)
    lines = [f"# How to make {good}", "", "You need:"]
    lines += [f"- {r.randint(1, 5)} cups of {thing}" for thing in things]
    lines += ["", "Steps:", f"1. Mix the {things[0]} with the {things[1]}.", f"2. Add the {things[2]} and stir well.",
              f"3. Cook for {r.choice([10, 20, 30, 45, 60])} minutes, then add the {things[3]}.", f"4. Serve the {good} warm."]
    return "\n".join(lines)


def dialogue(r):
    one, two = r.sample(NAMES, 2)
    good = r.choice(list(GOODS))
    count = r.randint(2, 12)
    return "\n".join([
        f"{one}: Good morning, {two}. How many {good} do you need?",
        f"{two}: I need {words(count)}. What do they cost?",
        f"{one}: {words(GOODS[good]).capitalize()} coins each, so {words(count * GOODS[good])} coins for all of them.",
        f"{two}: That is a fair price. Here are {words(count * GOODS[good])} coins.",
        f"{one}: Thank you, {two}. Come back on {r.choice(DAYS)}.",
    ])


def letter(r):
    sender, receiver = r.sample(NAMES, 2)
    month = r.choice(list(MONTHS))
    work = r.choice(list(WORKS))
    return (f"Dear {receiver},\n\nI arrived in {r.choice(TOWNS)} in {month}. {r.choice(WEATHER[MONTHS[month]]).capitalize()}. "
            f"I work for a {work} now, who {WORKS[work]}. Please write to me before {r.choice(DAYS)}.\n\nYours, {sender}")


def languages(r):
    name, town = r.choice(NAMES), r.choice(TOWNS)
    number = r.randint(2, 9)
    return "\n".join(r.sample([
        f"{name} lives in {town} and has {number} books.",
        f"{name} wohnt in {town} und hat {number} Bücher.",
        f"{name} habite à {town} et possède {number} livres.",
        f"{name} vive en {town} y tiene {number} libros.",
        f"{name} abita a {town} e ha {number} libri.",
    ], 4))


# Prose: classes of words that go together, so that there is something to predict beyond spelling.
CLASSES = {
    "animal": ("dog cat horse fox heron otter goat sparrow hen mule owl badger".split(),
               "sleeps runs listens hides waits drinks wanders watches".split(),
               "old hungry brown quiet clever lame wild small".split()),
    "person": ("farmer widow soldier child stranger judge painter fisherman nurse merchant monk cook".split(),
               "speaks laughs remembers works sings writes argues dreams".split(),
               "tired proud honest young careful poor famous stubborn".split()),
    "thing": ("wheel lamp bridge door kettle ship letter rope mirror bell ladder window".split(),
              "breaks shines falls stands rusts turns creaks rolls".split(),
              "heavy broken wooden bright narrow iron cheap empty".split()),
    "idea": ("question law promise number story mistake rule theory memory reason debt hope".split(),
             "changes spreads returns matters fails grows helps ends".split(),
             "simple strange false ancient useful difficult secret common".split()),
}
PLACES = ("in the harbour;under the bridge;behind the church;near the old mill;at the edge of the forest;on the stairs;beside the well;"
          "in the courtyard;across the square;between two hills;inside the tower;along the canal").split(";")
TIMES = "before dawn;after the rain;at noon;every evening;for many years;since the flood;until winter;once a month".split(";")
LINKS = "because;although;while;so;but;when;until;and".split(";")


def phrase(r, kind):
    nouns, _, adjectives = CLASSES[kind]
    words_after = ([r.choice(adjectives)] if r.random() < 0.6 else []) + [r.choice(nouns)]
    article = r.choice(["the", "the", "a", "every", "this"])
    if article == "a" and words_after[0][0] in "aeio":
        article = "an"
    return " ".join([article, *words_after])


def clause(r):
    kind = r.choice(list(CLASSES))
    parts = [phrase(r, kind), r.choice(CLASSES[kind][1])]
    if r.random() < 0.5:
        parts.append(r.choice(PLACES))
    if r.random() < 0.4:
        parts.append(r.choice(TIMES))
    if r.random() < 0.25:
        parts.append("with " + phrase(r, r.choice(list(CLASSES))))
    return " ".join(parts)


def prose(r):
    sentences = []
    for _ in range(r.randint(3, 9)):
        text = clause(r)
        if r.random() < 0.5:
            text += f"{r.choice([',', ''])} {r.choice(LINKS)} {clause(r)}"
        sentences.append(text[0].upper() + text[1:] + r.choice("....?!"))
    return " ".join(sentences)


KINDS = [(prose, 16), (market, 5), (diary, 3), (trades, 4), (timetable, 2), (arithmetic, 2), (code, 3), (record, 1), (recipe, 2),
         (dialogue, 3), (letter, 3), (languages, 1)]


def documents(seed, count):
    """`count` documents; each joins one to three pieces of any kind."""
    r = random.Random(seed)
    kinds, weights = zip(*KINDS)
    for _ in range(count):
        yield "\n\n".join(kind(r) for kind in r.choices(kinds, weights, k=r.randint(1, 3)))
