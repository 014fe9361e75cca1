"""Words of product names and the drawing that each leads to.

The word that stands first in a name decides; of two that start together, the longer one. ``dưa + muối`` needs
both, in this order, and stands where its first part stands. A word counts only among the sets of its section:
a fish of wood is no fish, and "trà" means leaves of the tea bush in one set and herbs in another.
"""

from typing import NamedTuple

EDIBLE = frozenset(range(1, 21))
CRAFTS = frozenset({21, 22})
LIVING = frozenset({23, 24, 25})
TOURISM = frozenset({26})


class Section(NamedTuple):
    sets: frozenset[int]
    words: dict[str, str]


FRUIT = {
    "apple": "táo",
    "avocado": "bơ",
    "banana": "chuối",
    "coconut": "dừa, dừa sáp, đường hoa dừa, đường dừa, mật hoa dừa, mật dừa, nước dừa",
    "custardapple": "na, mãng cầu",
    "dragonfruit": "thanh long",
    "durian": "sầu riêng",
    "fruit": "trái cây, hoa quả, hồng xiêm, vú sữa",
    "grapes": "nho",
    "guava": "ổi",
    "jackfruit": "mít",
    "lime": "chanh, tắc, quất, kim quất",
    "longan": "nhãn, thanh nhãn, vải, vải thiều, bòn bon, dâu da",
    "mango": "xoài",
    "mangosteen": "măng cụt",
    "melon": "dưa lưới, dưa vàng, dưa lê, dưa kim",
    "olive": "trám, cà na, ô liu",
    "orange": "cam, quýt, cam sành",
    "papaya": "đu đủ",
    "pear": "lê",
    "persimmon": "hồng, quả hồng",
    "pineapple": "dứa, khóm, thơm mật",
    "plum": "mận, mơ, đào, dâu, dâu tây, sơ ri, táo mèo",
    "pomelo": "bưởi",
    "rambutan": "chôm chôm",
    "watermelon": "dưa hấu",
}
VEGETABLES = {
    "aloe": "nha đam, lô hội",
    "asparagus": "măng tây",
    "beans": "đậu xanh, đậu đen, đậu đỏ, đậu nành, đậu tương, đỗ xanh, đỗ đen, hạt đậu",
    "cabbage": "bắp cải, cải bắp, cải thảo",
    "cauliflower": "súp lơ, bông cải",
    "chili": "ớt",
    "corn": "ngô, bắp, bắp nếp",
    "cucumber": "dưa chuột, dưa leo",
    "eggplant": "cà tím, cà pháo, cà dái dê",
    "garlic": "tỏi, tỏi đen",
    "ginger": "gừng, bột gừng, riềng, củ gừng",
    "gourd": "bí xanh, bí đao, bầu, mướp, su su, bí thơm, khổ qua, mướp đắng",
    "greens": (
        "rau muống, rau ngót, rau su su, rau má, rau mùi, rau thơm, rau dền, rau lang, rau bò khai, "
        "rau sắng, rau mồng tơi, hành lá, cần tây, rau cần"
    ),
    "kohlrabi": "su hào",
    "lotuspod": "hạt sen, sen, tim sen",
    "lotusroot": "củ sen, ngó sen",
    "mushroom": "nấm, mộc nhĩ, nấm hương",
    "onion": "hành, hành tím, hành tăm, hành khô, kiệu, củ nén",
    "potato": "khoai tây, củ đậu",
    "pumpkin": "bí đỏ, bí ngô",
    "roots": "cà rốt, củ cải",
    "shoots": "măng, măng khô, măng tươi, măng chua",
    "sprouts": "giá đỗ, giá sạch, rau mầm",
    "sweetpotato": "khoai lang, khoai, bánh khoai",
    "taro": "khoai môn, khoai sọ, sắn, củ mài, dong riềng, củ từ, khoai mỡ",
    "tomato": "cà chua",
    "turmeric": "nghệ, tinh bột nghệ, bột nghệ",
    "veg": "rau, cải, rau cải, xà lách, rau an toàn, rau củ",
}
MEAT_AND_FISH = {
    "chicken": "gà, thịt gà, vịt, thịt vịt, ngan, chim bồ câu, gà đồi",
    "driedfish": "khô, khô cá, cá khô, cá + khô, cá + một nắng, cá + sấy, khô + một nắng, mực + một nắng",
    "eel": "lươn, chạch",
    "eggs": "trứng, trứng gà, trứng vịt",
    "fish": "cá, thát lát, dạ dày basa, hải sản",
    "floss": "ruốc lợn, ruốc thịt, ruốc bông, ruốc gà, ruốc cá, ruốc tôm, chà bông",
    "giolua": "giò, chả, chả lụa, chả cốm, chả chiên, chả mỡ, chả quế, pate, nem chua, chân giò",
    "jerky": (
        "thịt + khô, bò khô, khô bò, khô liền, khô heo, khô trâu, khô gà, thịt + sấy, thịt treo, "
        "trâu gác bếp, gác bếp, thịt trâu khô, bò + miếng"
    ),
    "meat": "khẩu nhục, thịt, heo, lợn, bò, trâu, dê, thịt bò",
    "patty": (
        "chả cá, chả tôm, chả mực, chả rong biển, chả bó sả, chả thát lát, chả viên, chả lụa thát lát, "
        "cá viên"
    ),
    "prawncracker": "bánh phồng, bánh phồng tôm, phồng tôm",
    "sausage": "lạp sườn, lạp xưởng, xúc xích, lạp xường, dồi",
    "shrimp": "tôm, tép, tôm khô, cua, ghẹ, tôm chua",
    "shrimpcake": "bánh tôm",
    "snails": "ốc, ngao, nghêu, sò, hàu, hến",
    "springroll": "chả giò, nem rán, nem chay, nem nướng, nem chua rán, ram, nem, chả nem",
    "squid": "mực, bạch tuộc, sứa",
    "tofu": "đậu phụ, đậu hũ, tàu hũ, váng đậu, chay, phù chúc",
}
PANTRY = {
    "bun": "bún ốc, bún bò, bún chả, bún cá, cháo, cơm, xôi",
    "canned": (
        "đóng hộp, bắp + đóng hộp, bắp non đóng hộp, dứa + đóng hộp, nấm + đóng hộp, cá + đóng hộp, "
        "thịt hộp, cá hộp"
    ),
    "cashew": "điều, hạt điều, nhân điều",
    "cereal": "ngũ cốc, bột ngũ cốc, granola, yến mạch, thanh gạo lứt, bột 5 loại đậu, hạt dinh dưỡng",
    "chilisauce": "tương ớt, nước ớt, sốt ớt, muối ớt xanh, xốt, sốt, chẩm chéo",
    "driedfood": "khô sấy, rau sấy, sấy khô",
    "driedfruit": (
        "sấy, sấy dẻo, chuối + sấy, mít + sấy, mận + sấy, bưởi + sấy, dâu tằm sấy, khoai + sấy, "
        "xoài + sấy, trái cây sấy, dứa + sấy, hồng + sấy, hồng treo gió, ổi + sấy, dâu + sấy, "
        "thanh long + sấy, vải + sấy, nhãn + sấy, long nhãn, táo + sấy, cam + sấy, chanh + sấy, "
        "dừa + sấy, sấy + trái cây"
    ),
    "honey": "mật, mật ong, mật mía, mật hoa, phấn hoa, sữa ong chúa",
    "jam": "mứt, mứt dừa, ô mai, me, siro, xi rô, si rô",
    "milk": "sữa, sữa tươi, sữa dê, sữa hạt",
    "nest": "yến, tổ yến, yến sào, nước yến, phúc lạc yến",
    "noodles": (
        "miến, bún, mì, mỳ, phở, hủ tiếu, bánh đa miền xưa, bánh đa cua, bánh phở, bánh canh, bánh hỏi, "
        "mỳ chũ"
    ),
    "nuts": "lạc, đậu phộng, hạt, hạt dẻ, mắc ca, macca, hạnh nhân, óc chó, hạt sachi, sachi",
    "oil": "dầu, dầu lạc, dầu phụng, dầu mè, dầu ăn, dầu đậu, dầu gấc, dầu dừa, dầu hạt",
    "paste": "mắm, mắm tôm, mắm tép, mắm cáy, mắm ruốc, mắm chay, muối mắm, ruốc",
    "pepper": "tiêu, hạt tiêu, hồ tiêu, mắc khén, hạt dổi, dổi",
    "pickles": "kim chi, dưa muối, dưa chua, dưa + muối, dưa kiệu, dưa món, cà muối, củ kiệu, gừng + ngâm",
    "powder": "bột, tinh bột, sắn dây, bột sắn",
    "rice": "gạo, nếp, thóc, gạo nếp, gạo lứt, kê, lúa",
    "salt": "muối, muối gừng, muối tôm, muối ớt",
    "sauce": "nước mắm, tương, xì dầu, nước tương, nước chấm",
    "spices": "gia vị, bột gia vị, ngũ vị, quế, hồi, thảo quả, sa tế, bột nêm, hạt nêm, bột canh, đường",
    "stock": "nước cốt, nước cốt lẩu, nước cốt phở, nước lẩu, nước gừng xay, cốt phở",
    "vinegar": "giấm, dấm, giấm chuối",
}
SWEETS = {
    "biscuit": (
        "bánh biscuit, biscuit, bánh quy, bánh + cookies, bánh cashewpie, bánh dừa nướng, bánh vicosap, "
        "bánh gạo, bánh trứng, bánh quế, bánh chả, bánh hoa dừa, bánh vừng, bánh, bánh gai khô, bánh sữa"
    ),
    "cake": (
        "bánh dẻo, bánh nướng, bánh trung thu, bánh pía, bánh cốm, bánh phu thê, bánh dày, bánh rán, "
        "bánh trôi"
    ),
    "candy": (
        "kẹo lạc, kẹo vừng, kẹo dồi, kẹo cu đơ, cu đơ, chè lam, kẹo gạo, kẹo hạt, kẹo đậu, kẹo bột, "
        "kẹo nhãn, kẹo sìu châu"
    ),
    "com": "cốm, cốm làng vòng",
    "icecream": "kem",
    "leafcake": (
        "bánh tẻ, bánh chưng, bánh giò, bánh gio, bánh tro, bánh gai, bánh ít, bánh tét, bánh lá, "
        "bánh nếp, bánh răng bừa, bánh cuốn, bánh ú, bánh ong, bánh cooc mò"
    ),
    "pressedcake": "bánh đậu, bánh đậu xanh, bánh in, bánh khảo, bánh khéo, bánh cáy, bánh bột nếp, bánh tổ",
    "ricepaper": "bánh tráng, bánh đa, bánh đa vừng, bánh đa nem",
    "rolls": "bánh ống, bánh cuộn, bánh mì, bánh quẩy, bánh kẹp",
    "steamedbun": "bánh bao, bánh bò",
    "sweets": "kẹo, kẹo dừa, kẹo chuối, kẹo sữa, kẹo gừng, kẹo mạch nha",
    "yogurt": "sữa chua",
}
DRINKS_AND_HERBS = {
    "artichoke": (
        "actiso, atiso, atisô, bông actiso, trà + actiso, trà + atiso, cao + actiso, cao + atiso, "
        "trà phun sương actiso, cao mềm actiso, cao ống atiso"
    ),
    "cacao": "ca cao, cacao, socola, sôcôla, chocolate, bột ca cao, bột cacao, bộ quà tặng socola",
    "capsules": (
        "viên, viên nén, viên nang, thực phẩm bảo vệ, nano, curcumin, nano curcumin, tacumin, vicumax, "
        "đại tràng, trịnh năng, thực phẩm chức năng"
    ),
    "coffee": "cà phê, cafe, coffee, ca cao cà phê, cà phê phin",
    "cordyceps": "đông trùng, đông trùng hạ thảo, sợi + đông trùng",
    "cream": "mặt nạ, mỹ phẩm, kem dưỡng, kem chống nắng, serum, sữa rửa mặt, kem trị, son, sữa dưỡng",
    "essence": (
        "tinh dầu, dầu tràm, dầu gội, dầu xoa, dầu xoa bóp, nước rửa, nước súc miệng, dầu gió, dầu massage"
    ),
    "extract": "cao, cao cà gai leo, cao ban long, cao khô, cao lỏng",
    "herbal": "thuốc, dược liệu, sâm, sâm ngọc linh, hà thủ ô, thảo dược, đẳng sâm, đinh lăng, ba kích",
    "infusion": "nước đông trùng",
    "juice": (
        "nước, nước ép, nước cam, nước xoài, nước mãng cầu, nước thanh long, nước cốt trái, "
        "nước cốt chanh, nước đông trùng hạ thảo, sinh tố, nước trái cây"
    ),
    "leaves": "lá xông, lá tắm, lá ngâm, ngâm chân, lá",
    "lingzhi": "linh chi, nấm linh chi, nấm lim, nấm lim xanh",
    "lotustea": "trà sen, chè sen, trà + hoa sen, trà tâm sen, trà ướp sen, chè ướp sen, phong hải + hoa sen",
    "flowertea": (
        "trà hoa vàng, hoa trà, hoa trà hoa vàng, trà hoa cúc, trà hoa, trà + hoa vàng, hoa cúc, trà cúc"
    ),
    "soap": "xà phòng, xà bông",
    "teabags": "trà hòa tan, trà túi lọc, trà + túi lọc, chè túi lọc, chè + túi lọc, trà nén, trà phun sương",
    "water": "nước khoáng, nước uống, nước tinh khiết, nước suối",
    "wine": "rượu vang, vang, rượu nho",
}
TEA = "trà, chè, hồng trà, nõn chè, hồng đỉnh trà, phong hải danh trà, ngự trà, mitri tea, tea, búp chè"
SPIRITS = "rượu, tửu, lão tửu, khước lão tửu, bia"
HOUSEHOLD = {
    "bamboo": (
        "giỏ, làn, hộp quà, mây tre, mây, tre, nhóm hộp quà, sọt, rổ, khay, nhà tắm, cói, lục bình, bẹ chuối"
    ),
    "bowls": "bát đĩa, bát, đĩa, tô",
    "bowls-gold": "bát đĩa + rồng phượng",
    "bowls-red": "bát đĩa + hoa sen đỏ",
    "bracelet": "vòng, vòng đeo tay, vòng tay, chuỗi hạt, tràng hạt",
    "broom": "chổi",
    "cabinet": "tủ, bàn, sạp, ghế, giường, kệ, sập, đôn, bàn ghế, đồ gỗ nội thất, kệ tủ",
    "candles": "đài nến, chân nến, nến",
    "carving": (
        "gỗ, bình + gỗ, lọ + gỗ, tượng, đồ gỗ, tháp trầm, ngưu, kim ngưu, song ngưu, chú tiểu, "
        "thủ công mỹ nghệ, trầm + đài, điêu khắc, lũa, tượng trầm, tượng gỗ, mặt nạ"
    ),
    "ceramic": "bát bảo, bình, lọ, gốm, sứ, nậm, men, lọ hoa, gốm sứ",
    "chopsticks": "đũa",
    "comb": "lược",
    "drum": "trống đồng, trống",
    "goldcarving": (
        "dát vàng, tượng + dát vàng, cá rồng dát vàng, thiềm thừ dát vàng, điếu cày dát vàng, mạ vàng, "
        "đúc đồng + tượng"
    ),
    "goldpanel": "chữ phúc, chữ phúc dát vàng, tranh + dát vàng, tranh đồng, tranh dát vàng",
    "goldpot": "chậu lan dát vàng, chậu + dát vàng",
    "goldvase": "bình + dát vàng, lọ + dát vàng",
    "hat": "nón",
    "hoop": "tranh thêu, thêu",
    "incense": "hương, hương trầm, nhang, trầm hương, trầm, nụ trầm, hương thẻ",
    "inkstone": "bút nghiên, nghiên, bút, thư pháp",
    "lacquer": "sơn mài, hộp sơn mài, sơn mài + hộp, hộp",
    "lamp": "đèn, đèn lồng, đèn mây, đèn tre, nhóm đèn",
    "mat": "chiếu, thảm, thảm cói, chiếu cói, tấm bình phong, mành, mành tre, bình phong, tấm trải sàn",
    "metalware": "đồ đồng, đồng, bạc, nồi đồng, đỉnh đồng, chiêng, cồng chiêng, lư, chuông",
    "mirror": "gương, nhóm gương",
    "patch": (
        "tranh ghép, kít ghép, tranh giấy, tranh dân gian, tranh đông hồ, giấy dó, tranh, tranh gạo, tranh lá"
    ),
    "pearls": "ngọc trai, vỏ trai, trang sức ngọc",
    "porcelainpanel": "tranh sứ, tranh gốm",
    "spoons": "muỗng, thìa, môi muỗng, dao, dao + thìa, ống hút tre, ống hút, thớt",
    "teaset": "ấm chén, ấm trà, bộ ấm, ấm",
    "tohe": "tò he",
    "urn": "chum, chóe, choé, hũ, vại, thủy bình, thủy binh, lục bình gốm, thống",
    "woodpanel": "hoành phi, câu đối, tranh + gỗ, tranh gỗ, phù điêu, tranh tứ quý",
    "fiddle": "đàn nhị, nhị, đàn hồ",
    "longlute": "đàn tam, đàn tính, tính tẩu",
    "lute": "đàn, đàn nguyệt, đàn sến",
    "monochord": "đàn bầu",
    "pipa": "đàn tỳ bà, đàn tì bà, tỳ bà gỗ, ghi ta, guitar",
    "trapezelute": "đàn đáy",
    "zither": "đàn tranh, đàn tam thập lục, đàn thập lục",
}
TEXTILES = {
    "brocade": "thổ cẩm, trang trí bàn ăn, váy thổ cẩm, vải lanh, vải thổ cẩm, trang trí thổ cẩm",
    "dress": "áo dài, váy, trang phục, quần áo, áo bà ba, đầm",
    "pillow": "gối, gối vân gỗ",
    "quilt": "chăn, mền, chăn bông, ga giường",
    "silk": "khăn, lụa, khăn lụa, khăn tơ tằm, tơ tằm, tơ sen, vải, vải lụa, tơ, đũi",
    "tee": "áo, áo phông",
    "tote": "túi, túi vải, túi xách, ba lô, ví",
    "towels": "khăn + sợi, khăn sợi, khăn mặt, khăn tắm, khăn bông, khăn + cotton",
    "hoop": "khăn + thêu tay, áo thêu",
}
PLANTS_AND_ANIMALS = {
    "birdcage": "chim, chim cảnh, gà cảnh, yến phụng",
    "bonsai": "cây cảnh, bonsai, cây thế, tùng, cây, cây sanh, si, lộc vừng, mai chiếu thủy, nguyệt quế",
    "bougainvillea": "hoa giấy, hoa hồng cổ, đỗ quyên, hải đường",
    "flowers": "hoa, hoa cúc, hoa hồng, hoa đồng tiền, hoa ly, hoa tươi, cúc",
    "goldfish": "cá, cá koi, cá cảnh, cá vàng",
    "kumquat": "quất, cây quất, tắc, cam canh cảnh",
    "mai": "mai, mai vàng, cây mai, hoa mai, đào, hoa đào, cây đào",
    "orchid": "lan, hoa lan, phong lan, địa lan, hồ điệp",
}
PLACES = {
    "stilthouse": "homestay, farmstay, làng văn hóa, bản, nhà sàn, bungalow",
    "tour": (
        "du lịch, điểm du lịch, khu sinh thái, khu du lịch, làng nghề, làng quê, trải nghiệm, "
        "sản phẩm du lịch"
    ),
}

SECTIONS = (
    *(
        Section(EDIBLE, words)
        for words in (FRUIT, VEGETABLES, MEAT_AND_FISH, PANTRY, SWEETS, DRINKS_AND_HERBS)
    ),
    Section(EDIBLE - {12}, {"tea": TEA}),
    Section(frozenset({12}), {"herbtea": TEA + ", bách vạn hoa trà, nụ vối, bộ sản phẩm trà, thảo mộc"}),
    Section(EDIBLE - {15}, {"spirits": SPIRITS}),
    Section(frozenset({15}), {"infusion": SPIRITS}),
    Section(CRAFTS, HOUSEHOLD),
    Section(CRAFTS, TEXTILES),
    Section(LIVING, PLANTS_AND_ANIMALS),
    Section(TOURISM, PLACES),
)
