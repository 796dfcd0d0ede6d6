import sys
sys.path.insert(0,'/tmp')
from f11lib import wu, doe
def clean_letters():
    return {"sample": [d for d in wu()[1] if 'Index' not in d.section_id], "petition": doe()[1]}
