# Makes variant_logits.json: logits of the family variants' random models, computed by Hugging Face Transformers.
#   AWQ_VARIANT_DIR=/tmp/variants build/dev/tests/variants_test     writes the models there
#   python tests/data/variant_logits.py /tmp/variants > tests/data/variant_logits.json
import json
import pathlib
import sys

import torch
import transformers

ids = torch.tensor([[(7 * i + 3) % 64 for i in range(24)]])
result = {"made_with": f"transformers {transformers.__version__}, torch {torch.__version__}, float32, CPU", "logits": {}}
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    except ValueError as error:  # an architecture that Transformers does not have
        print(f"{folder.name}: {error}".splitlines()[0], file=sys.stderr)
        continue
    with torch.no_grad():
        last = model(ids).logits[0, -1].double()
    result["logits"][folder.name] = [round(value, 6) for value in last.tolist()]
print(json.dumps(result, indent=1, sort_keys=True).replace(",\n   ", ","))
