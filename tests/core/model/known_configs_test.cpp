// SPDX-License-Identifier: GPL-3.0-or-later
// Settings as well-known models state them: read without complaint, with the sizes those models have.
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/model/families/family_lookup.h"
#include "core/model/families/setting_check.h"
#include "tests/support/files.h"

using namespace awq;

class KnownConfigsTest : public QObject {
    Q_OBJECT

private slots:
    void areRead_data() {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("sizes"); // family blocks hidden heads/kvHeads headDim tied wiring
        QTest::newRow("llama 3.2 1b")
            << "'architectures':['LlamaForCausalLM'],'attention_bias':false,'bos_token_id':128000,'eos_token_id':"
               "[128001,128008],'head_dim':64,'hidden_act':'silu','hidden_size':2048,'intermediate_size':8192,"
               "'max_position_embeddings':131072,'mlp_bias':false,'num_attention_heads':32,'num_hidden_layers':16,"
               "'num_key_value_heads':8,'pretraining_tp':1,'rms_norm_eps':1e-05,'rope_scaling':{'factor':32.0,"
               "'high_freq_factor':4.0,'low_freq_factor':1.0,'original_max_position_embeddings':8192,'rope_type':"
               "'llama3'},'rope_theta':500000.0,'tie_word_embeddings':true,'torch_dtype':'bfloat16','vocab_size':128256"
            << "llama 16 2048 32/8 64 tied sequential";
        QTest::newRow("qwen2.5 7b")
            << "'architectures':['Qwen2ForCausalLM'],'attention_dropout':0.0,'hidden_act':'silu','hidden_size':3584,"
               "'initializer_range':0.02,'intermediate_size':18944,'max_position_embeddings':131072,"
               "'max_window_layers':28,'model_type':'qwen2','num_attention_heads':28,'num_hidden_layers':28,"
               "'num_key_value_heads':4,'rms_norm_eps':1e-06,'rope_theta':1000000.0,'sliding_window':131072,"
               "'tie_word_embeddings':false,'use_mrope':false,'use_sliding_window':false,'vocab_size':152064"
            << "qwen2 28 3584 28/4 128 untied sequential";
        QTest::newRow("mistral nemo")
            << "'architectures':['MistralForCausalLM'],'head_dim':128,'hidden_size':5120,'intermediate_size':14336,"
               "'num_attention_heads':32,'num_hidden_layers':40,'num_key_value_heads':8,'rms_norm_eps':1e-05,"
               "'rope_theta':1000000.0,'sliding_window':null,'max_position_embeddings':1024000,'vocab_size':131072"
            << "mistral 40 5120 32/8 128 untied sequential";
        QTest::newRow("mixtral 8x7b")
            << "'architectures':['MixtralForCausalLM'],'hidden_size':4096,'intermediate_size':14336,"
               "'num_attention_heads':32,'num_experts_per_tok':2,'num_hidden_layers':32,'num_key_value_heads':8,"
               "'num_local_experts':8,'output_router_logits':false,'rms_norm_eps':1e-05,'rope_theta':1000000.0,"
               "'router_aux_loss_coef':0.02,'sliding_window':null,'vocab_size':32000"
            << "mixtral 32 4096 32/8 128 untied sequential";
        QTest::newRow("qwen3 30b a3b")
            << "'architectures':['Qwen3MoeForCausalLM'],'attention_bias':false,'decoder_sparse_step':1,'head_dim':128,"
               "'hidden_size':2048,'intermediate_size':6144,'max_window_layers':48,'mlp_only_layers':[],"
               "'moe_intermediate_size':768,'norm_topk_prob':true,'num_attention_heads':32,'num_experts':128,"
               "'num_experts_per_tok':8,'num_hidden_layers':48,'num_key_value_heads':4,'rms_norm_eps':1e-06,"
               "'rope_theta':1000000.0,'router_aux_loss_coef':0.001,'use_sliding_window':false,'vocab_size':151936"
            << "qwen3_moe 48 2048 32/4 128 untied sequential";
        QTest::newRow("opt 350m")
            << "'architectures':['OPTForCausalLM'],'activation_dropout':0.0,'activation_function':'relu',"
               "'do_layer_norm_before':false,'dropout':0.1,'ffn_dim':4096,'hidden_size':1024,'init_std':0.02,"
               "'layerdrop':0.0,'max_position_embeddings':2048,'num_attention_heads':16,'num_hidden_layers':24,"
               "'prefix':'</s>','vocab_size':50272,'word_embed_proj_dim':512"
            << "opt 24 1024 16/16 64 tied post-norm";
        QTest::newRow("bloom 560m")
            << "'architectures':['BloomForCausalLM'],'apply_residual_connection_post_layernorm':false,"
               "'attention_softmax_in_fp32':true,'bias_dropout_fusion':true,'layer_norm_epsilon':1e-05,"
               "'masked_softmax_fusion':true,'model_type':'bloom','n_embed':1024,'n_inner':null,'n_layer':24,"
               "'num_attention_heads':16,'offset_alibi':100,'pretraining_tp':1,'seq_length':2048,'skip_bias_add':true,"
               "'slow_but_exact':false,'unk_token_id':0,'vocab_size':250880"
            << "bloom 24 1024 16/16 64 tied sequential";
        QTest::newRow("mpt 7b")
            << "'architectures':['MPTForCausalLM'],'attn_config':{'alibi':true,'alibi_bias_max':8,'attn_impl':'torch',"
               "'attn_pdrop':0,'attn_type':'multihead_attention','attn_uses_sequence_id':false,'clip_qkv':null,"
               "'prefix_lm':false,'qk_ln':false,'softmax_scale':null},'d_model':4096,'emb_pdrop':0,"
               "'embedding_fraction':1.0,'expansion_ratio':4,'init_config':{'name':'kaiming_normal_'},"
               "'init_device':'cpu','learned_pos_emb':true,'logit_scale':null,'max_seq_len':2048,'model_type':'mpt',"
               "'n_heads':32,'n_layers':32,'no_bias':true,'norm_type':'low_precision_layernorm','resid_pdrop':0,"
               "'tokenizer_name':'gpt-neox','use_cache':false,'verbose':0,'vocab_size':50432"
            << "mpt 32 4096 32/32 128 tied sequential";
        QTest::newRow("falcon 7b")
            << "'architectures':['FalconForCausalLM'],'alibi':false,'apply_residual_connection_post_layernorm':false,"
               "'bias':false,'hidden_size':4544,'layer_norm_epsilon':1e-05,'model_type':'falcon','multi_query':true,"
               "'new_decoder_architecture':false,'num_attention_heads':71,'num_hidden_layers':32,'parallel_attn':true,"
               "'vocab_size':65024"
            << "falcon 32 4544 71/1 64 tied parallel";
        QTest::newRow("falcon 40b, first form")
            << "'architectures':['RWForCausalLM'],'alibi':false,'apply_residual_connection_post_layernorm':false,"
               "'bias':false,'hidden_size':8192,'layer_norm_epsilon':1e-05,'model_type':'RefinedWeb','n_head':128,"
               "'n_head_kv':8,'n_layer':60,'parallel_attn':true,'vocab_size':65024"
            << "falcon 60 8192 128/8 64 tied parallel";
        QTest::newRow("pythia 1b")
            << "'architectures':['GPTNeoXForCausalLM'],'hidden_act':'gelu','hidden_size':2048,'intermediate_size':8192,"
               "'layer_norm_eps':1e-05,'max_position_embeddings':2048,'model_type':'gpt_neox','num_attention_heads':8,"
               "'num_hidden_layers':16,'rotary_emb_base':10000,'rotary_pct':0.25,'tie_word_embeddings':false,"
               "'use_parallel_residual':true,'vocab_size':50304"
            << "gpt_neox 16 2048 8/8 256 untied parallel";
        QTest::newRow("starcoder")
            << "'activation_function':'gelu','architectures':['GPTBigCodeForCausalLM'],"
               "'attention_softmax_in_fp32':true,'attn_pdrop':0.1,'embd_pdrop':0.1,'inference_runner':0,"
               "'layer_norm_epsilon':1e-05,'max_batch_size':null,'multi_query':true,'n_embd':6144,'n_head':48,"
               "'n_inner':24576,'n_layer':40,'n_positions':8192,'pad_key_length':true,'pre_allocate_kv_cache':false,"
               "'resid_pdrop':0.1,'scale_attention_softmax_in_fp32':true,'scale_attn_weights':true,"
               "'summary_type':'cls_index','summary_use_proj':true,'validate_runner_input':true,'vocab_size':49152"
            << "gpt_bigcode 40 6144 48/1 128 tied sequential";
        QTest::newRow("starcoder2 3b")
            << "'activation_function':'gelu','architectures':['Starcoder2ForCausalLM'],'attention_dropout':0.1,"
               "'attention_softmax_in_fp32':true,'embedding_dropout':0.1,'hidden_act':'gelu_pytorch_tanh',"
               "'hidden_size':3072,'intermediate_size':12288,'max_position_embeddings':16384,'mlp_type':'default',"
               "'model_type':'starcoder2','norm_epsilon':1e-05,'norm_type':'layer_norm','num_attention_heads':24,"
               "'num_hidden_layers':30,'num_key_value_heads':2,'residual_dropout':0.1,'rope_theta':999999.4420358813,"
               "'scale_attention_softmax_in_fp32':true,'scale_attn_weights':true,'sliding_window':4096,"
               "'use_bias':true,'vocab_size':49152"
            << "starcoder2 30 3072 24/2 128 tied sequential";
        QTest::newRow("llava 1.5 7b") // its text_config leaves Llama's own sizes out
            << "'architectures':['LlavaForConditionalGeneration'],'ignore_index':-100,'image_token_index':32000,"
               "'model_type':'llava','pad_token_id':32001,'projector_hidden_act':'gelu','text_config':{'_name_or_path':"
               "'vicuna','architectures':['LlamaForCausalLM'],'max_position_embeddings':4096,'model_type':'llama',"
               "'rms_norm_eps':1e-05,'torch_dtype':'float16','vocab_size':32064},'tie_word_embeddings':false,"
               "'vision_config':{'hidden_size':1024}"
            << "llama 32 4096 32/32 128 untied sequential";
        QTest::newRow("internvl3 8b")
            << "'architectures':['InternVLChatModel'],'downsample_ratio':0.5,'llm_config':{'architectures':"
               "['Qwen2ForCausalLM'],'attn_implementation':'flash_attention_2','diversity_penalty':0.0,'do_sample':"
               "false,'hidden_act':'silu','hidden_size':3584,'intermediate_size':18944,'length_penalty':1.0,"
               "'max_length':20,'max_position_embeddings':32768,'max_window_layers':70,'model_type':'qwen2',"
               "'num_attention_heads':28,'num_beams':1,'num_hidden_layers':28,'num_key_value_heads':4,'return_dict':"
               "true,'rms_norm_eps':1e-06,'rope_scaling':{'factor':2.0,'rope_type':'dynamic','type':'dynamic'},"
               "'rope_theta':1000000.0,'sliding_window':null,'top_k':50,'use_bfloat16':true,'vocab_size':151674},"
               "'model_type':'internvl_chat','ps_version':'v2','template':'internvl2_5'"
            << "qwen2 28 3584 28/4 128 untied sequential";
    }
    void areRead() {
        QFETCH(QString, config);
        QFETCH(QString, sizes);
        const core::Config settings =
            core::Config::fromJson(nlohmann::json::parse(test::json("{" + config.toStdString() + "}")), "config.json");
        const core::FamilyMatch family = core::findFamily(settings);
        const core::DecoderSpec spec = family.page.read(family.config);
        const core::BlockSpec& block = spec.blocks.front();
        const char* wirings[] = {"sequential", "parallel", "post-norm"};
        QCOMPARE(QString("%1 %2 %3 %4/%5 %6 %7 %8")
                     .arg(family.page.name.c_str())
                     .arg(spec.blocks.size())
                     .arg(spec.hidden)
                     .arg(block.attention.heads)
                     .arg(block.attention.kvHeads)
                     .arg(block.attention.headDim)
                     .arg(spec.head.tied ? "tied" : "untied")
                     .arg(wirings[int(block.wiring)]),
                 sizes);
        QCOMPARE(core::unknownSettings(family.config), std::vector<std::string>{});
    }
};

QTEST_GUILESS_MAIN(KnownConfigsTest)
#include "known_configs_test.moc"
